package io.safefedllm.flower.link.fake;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.proto.ConfirmMessageReceivedRequest;
import io.safefedllm.flower.proto.Context;
import io.safefedllm.flower.proto.GetNodesResponse;
import io.safefedllm.flower.proto.Message;
import io.safefedllm.flower.proto.NodeInfo;
import io.safefedllm.flower.proto.ObjectTree;
import io.safefedllm.flower.proto.PullAppInputsResponse;
import io.safefedllm.flower.proto.PullAppMessagesRequest;
import io.safefedllm.flower.proto.PullAppMessagesResponse;
import io.safefedllm.flower.proto.PullObjectRequest;
import io.safefedllm.flower.proto.PullTaskInputResponse;
import io.safefedllm.flower.proto.PushAppMessagesRequest;
import io.safefedllm.flower.proto.PushAppMessagesRequestClassic;
import io.safefedllm.flower.proto.PushAppMessagesResponse;
import io.safefedllm.flower.proto.PushAppOutputsResponse;
import io.safefedllm.flower.proto.PushLogsRequest;
import io.safefedllm.flower.proto.PushLogsResponse;
import io.safefedllm.flower.proto.PushTaskOutputRequest;
import io.safefedllm.flower.proto.PushTaskOutputResponse;
import io.safefedllm.flower.proto.SendAppHeartbeatResponse;
import io.safefedllm.flower.proto.SendTaskHeartbeatResponse;
import io.safefedllm.flower.proto.UpdateRunStatusRequest;
import io.safefedllm.flower.proto.UpdateRunStatusResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The executor API of a {@link FakeSuperLink} in any dialect; called under its lock. */
final class FakeExecutorApi {

    private final FakeSuperLink state;
    private final FakeGeneration generation;
    private final FakeLauncherApi launcher;

    FakeExecutorApi(FakeSuperLink state, FakeGeneration generation) {
        this.state = state;
        this.generation = generation;
        this.launcher = new FakeLauncherApi(state);
    }

    MessageLite call(String service, String method, byte[] request, Caller caller)
            throws InvalidProtocolBufferException {
        if (!generation.knows(service, method)) {
            throw generation.unknownMethod();
        }
        Optional<MessageLite> launched = launcher.call(method, request);
        return launched.isPresent() ? launched.get() : authenticated(method, request, owner(method, request, caller));
    }

    private MessageLite authenticated(String method, byte[] request, FakeRun run)
            throws InvalidProtocolBufferException {
        return switch (method) {
            case "SendAppHeartbeat" -> classicHeartbeat(run);
            case "SendTaskHeartbeat" ->
                SendTaskHeartbeatResponse.newBuilder().setSuccess(true).build();
            case "PullAppInputs" -> classicInputs(run);
            case "PullTaskInput" -> taskInputs(run);
            case "GetNodes" -> nodes();
            case "PushMessages" -> push(request);
            case "PullMessages" -> pull(request, run);
            case "PushObject" -> state.pushObject(request);
            case "PullObject" -> {
                requireOwn(PullObjectRequest.parseFrom(request).getRunId(), run);
                yield state.pullObject(request);
            }
            case "ConfirmMessageReceived" -> {
                requireOwn(ConfirmMessageReceivedRequest.parseFrom(request).getRunId(), run);
                yield state.confirm();
            }
            case "PushLogs" -> log(request, run);
            case "PushAppOutputs" -> {
                run.tokenEnded = generation == FakeGeneration.GRPC_OLDEST;
                yield PushAppOutputsResponse.getDefaultInstance();
            }
            case "UpdateRunStatus" -> classicEnd(request, run);
            case "PushTaskOutput" -> taskEnd(request, run);
            default -> throw generation.unknownMethod();
        };
    }

    // Up to 1.29 the run of such a call is looked at, later its token says which it is.
    private void requireOwn(long runId, FakeRun run) {
        if (generation.isClassic() && runId != run.run.getRunId()) {
            throw Refusal.failed("Error in service handler!");
        }
    }

    private FakeRun owner(String method, byte[] request, Caller caller) throws InvalidProtocolBufferException {
        Optional<String> header = generation.tokenHeader();
        FakeRun run = header.isPresent()
                ? byToken(caller.text(header.get()).orElseThrow(Refusal::unauthenticated))
                : OldestRequests.run(state, method, request);
        if (!run.isRunning() && !method.equals("SendAppHeartbeat")) {
            throw generation.notRunning();
        }
        return run;
    }

    private FakeRun byToken(String token) {
        return state.runs.values().stream()
                .filter(run -> run.isRunning() && run.token.equals(token))
                .findFirst()
                .orElseThrow(Refusal::unauthenticated);
    }

    private static MessageLite classicHeartbeat(FakeRun run) {
        return SendAppHeartbeatResponse.newBuilder().setSuccess(run.isRunning()).build();
    }

    private MessageLite classicInputs(FakeRun run) {
        return PullAppInputsResponse.newBuilder()
                .setContext(context(run))
                .setRun(run.run)
                .setFab(run.fab)
                .build();
    }

    private MessageLite taskInputs(FakeRun run) {
        return PullTaskInputResponse.newBuilder()
                .setContext(context(run))
                .setRun(run.run)
                .setFab(run.fab)
                .build();
    }

    private static Context context(FakeRun run) {
        if (run.inputsPulled) {
            throw Refusal.precondition("the inputs were pulled before");
        }
        run.inputsPulled = true;
        return Context.newBuilder().setRunId(run.run.getRunId()).setNodeId(1).build();
    }

    private MessageLite nodes() {
        GetNodesResponse.Builder answer = GetNodesResponse.newBuilder();
        state.online.forEach((id, isOnline) -> {
            if (isOnline) {
                answer.addNodes(NodeInfo.newBuilder().setNodeId(id));
            }
        });
        return answer.build();
    }

    private MessageLite push(byte[] request) throws InvalidProtocolBufferException {
        List<Message> messages = generation.isClassic()
                ? PushAppMessagesRequestClassic.parseFrom(request).getMessagesListList()
                : PushAppMessagesRequest.parseFrom(request).getMessagesListList();
        List<ObjectTree> trees = generation.isClassic()
                ? PushAppMessagesRequestClassic.parseFrom(request).getMessageObjectTreesList()
                : PushAppMessagesRequest.parseFrom(request).getMessageObjectTreesList();
        String session = state.newSession();
        PushAppMessagesResponse.Builder answer =
                PushAppMessagesResponse.newBuilder().setSessionId(session);
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (!message.hasContent() || message.getContent().getItemsCount() > 0) {
                throw new IllegalArgumentException("content must be present and empty");
            }
            boolean known = state.nodes.containsKey(message.getMetadata().getDstNodeId());
            answer.addMessageIds(known ? message.getMetadata().getMessageId() : "");
            if (known) {
                state.mail.instruct(new Mailbox.Mail(message, trees.get(i)));
                answer.addAllObjectsToPush(state.objects.announce(trees.get(i), session));
            }
        }
        return answer.build();
    }

    private MessageLite pull(byte[] request, FakeRun run) throws InvalidProtocolBufferException {
        PullAppMessagesResponse.Builder answer = PullAppMessagesResponse.newBuilder();
        for (String id : PullAppMessagesRequest.parseFrom(request).getMessageIdsList()) {
            verdict(id, run)
                    .ifPresent(mail -> answer.addMessagesList(mail.message()).addMessageObjectTrees(mail.tree()));
        }
        return answer.build();
    }

    private Optional<Mailbox.Mail> verdict(String id, FakeRun run) {
        Optional<Long> nodeId = state.mail.addressee(id);
        if (nodeId.isEmpty()) {
            long runId = generation.hasSessions() ? run.run.getRunId() : 0;
            return Optional.of(Errors.of(state.objects, runId, id, 3));
        }
        if (!Boolean.TRUE.equals(state.online.get(nodeId.get()))) {
            state.mail.settle(id);
            return Optional.of(Errors.of(state.objects, run.run.getRunId(), id, 5));
        }
        return state.mail.take(id);
    }

    private MessageLite log(byte[] request, FakeRun run) throws InvalidProtocolBufferException {
        PushLogsRequest.parseFrom(request).getLogsList().forEach(run.log::append);
        return PushLogsResponse.getDefaultInstance();
    }

    private MessageLite classicEnd(byte[] request, FakeRun run) throws InvalidProtocolBufferException {
        io.safefedllm.flower.proto.RunStatus status =
                UpdateRunStatusRequest.parseFrom(request).getRunStatus();
        run.end(RunStatus.valueOf(status.getSubStatus().toUpperCase(Locale.ROOT)), status.getDetails());
        return UpdateRunStatusResponse.getDefaultInstance();
    }

    private MessageLite taskEnd(byte[] request, FakeRun run) throws InvalidProtocolBufferException {
        PushTaskOutputRequest end = PushTaskOutputRequest.parseFrom(request);
        run.end(RunStatus.valueOf(end.getSubStatus().toUpperCase(Locale.ROOT)), end.getDetails());
        return PushTaskOutputResponse.getDefaultInstance();
    }
}
