package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.MessageRules;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.object.ObjectBundle;
import io.safefedllm.flower.object.WireMessages;
import io.safefedllm.flower.proto.GetFabRequest;
import io.safefedllm.flower.proto.GetFabResponse;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.GetRunResponse;
import io.safefedllm.flower.proto.Node;
import io.safefedllm.flower.proto.PullMessagesRequest;
import io.safefedllm.flower.proto.PullMessagesResponse;
import io.safefedllm.flower.proto.PushMessagesRequest;
import io.safefedllm.flower.proto.PushMessagesResponse;
import io.safefedllm.flower.proto.Run;
import io.safefedllm.flower.proto.SendNodeHeartbeatRequest;
import io.safefedllm.flower.proto.SendNodeHeartbeatResponse;
import io.safefedllm.flower.record.FormatException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A node's place at a SuperLink: the same calls over gRPC and HTTP, each signed. Owns the caller and with it the channel.
 *
 * <p>How it joins and leaves depends on its {@link NodeIdentity}.
 */
public final class WireNodeLink implements NodeLink {

    private final FleetCalls calls;
    private final NodeAdmission admission;
    private final String address;
    private final WireSettings settings;
    private final ObjectTransfer transfer = new ObjectTransfer();
    private final WireObjects objects;
    private final Inbox inbox;
    private volatile long nodeId;

    /**
     * Makes the link of a node.
     *
     * @param rpc the caller, which the link closes
     * @param diagnosis says more about a call that was refused as not authentic, or returns it as it is
     */
    public WireNodeLink(
            RpcCaller rpc,
            NodeIdentity identity,
            String address,
            WireSettings settings,
            UnaryOperator<TransportException> diagnosis) {
        this.calls = new FleetCalls(rpc, identity.key(), settings, diagnosis);
        this.admission = new NodeAdmission(calls, identity, address, settings.pauses());
        this.address = address;
        this.settings = settings;
        this.objects = new WireObjects(rpc, FleetCalls.SERVICE, () -> nodeId, calls::signature);
        this.inbox = Inbox.ofNode(objects, transfer, settings);
    }

    @Override
    public String generation() {
        return calls.rpc().channel().transport();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public long join() {
        nodeId = admission.join();
        return nodeId;
    }

    @Override
    public boolean heartbeat() {
        SendNodeHeartbeatRequest request = SendNodeHeartbeatRequest.newBuilder()
                .setNode(node())
                .setHeartbeatInterval(NodeAdmission.HEARTBEAT_INTERVAL_SECONDS)
                .build();
        return calls.call(
                        CallKind.HEARTBEAT,
                        "SendNodeHeartbeat",
                        request,
                        SendNodeHeartbeatResponse.getDefaultInstance())
                .getSuccess();
    }

    @Override
    public Optional<Message> receive() {
        Optional<Message> before = inbox.collect(1).stream().findFirst();
        if (before.isPresent()) {
            return before;
        }
        PullMessagesRequest request =
                PullMessagesRequest.newBuilder().setNode(node()).build();
        PullMessagesResponse answer =
                calls.call(CallKind.ONCE, "PullMessages", request, PullMessagesResponse.getDefaultInstance());
        inbox.announce(answer.getMessagesListList(), answer.getMessageObjectTreesList());
        return inbox.collect(1).stream().findFirst();
    }

    @Override
    public RunDetails run(long runId) {
        Run run = getRun(CallKind.REPEATABLE, runId);
        GetFabRequest getFab = GetFabRequest.newBuilder()
                .setNode(node())
                .setRunId(runId)
                .setHashStr(run.getFabHash())
                .build();
        GetFabResponse fab = calls.call(CallKind.REPEATABLE, "GetFab", getFab, GetFabResponse.getDefaultInstance());
        try {
            return RunDecoder.details(run, fab.getFab());
        } catch (FormatException e) {
            String text = "the app of run " + Long.toUnsignedString(runId) + " is not usable: " + e.getMessage();
            throw new TransportException(Status.PROTOCOL, text, true, e);
        }
    }

    @Override
    public boolean isRunning(long runId) {
        try {
            getRun(CallKind.HEARTBEAT, runId);
            return true;
        } catch (TransportException e) {
            if (e.status() == Status.PERMISSION_DENIED) {
                return false;
            }
            throw e;
        }
    }

    // A SuperLink tells of a run as long as it is running.
    private Run getRun(CallKind kind, long runId) {
        GetRunRequest request =
                GetRunRequest.newBuilder().setNode(node()).setRunId(runId).build();
        return calls.call(kind, "GetRun", request, GetRunResponse.getDefaultInstance())
                .getRun();
    }

    @Override
    public boolean reply(Message reply, Duration runtime) {
        MessageRules.checkReply(reply, settings.now());
        ObjectBundle bundle = ObjectBundle.of(reply);
        String id = bundle.messages().get(0).metadata().messageId();
        PushMessagesRequest request = PushMessagesRequest.newBuilder()
                .setNode(node())
                .addMessagesList(WireMessages.envelope(bundle.messages().get(0)))
                .addMessageObjectTrees(WireMessages.toProto(bundle.trees().get(0)))
                .addClientappRuntimeList(runtime.toNanos() / 1e9)
                .build();
        RpcCaller.Answer<PushMessagesResponse> answer =
                calls.answered(CallKind.REPEATABLE, "PushMessages", request, PushMessagesResponse.getDefaultInstance());
        List<String> wanted = answer.value().getObjectsToPushList();
        if (!isAccepted(id, answer) || !wanted.contains(id)) {
            return false;
        }
        String session = answer.value().getSessionId();
        transfer.push(objects, reply.metadata().runId(), bundle, wanted, session);
        return true;
    }

    // Up to 1.32 a reply that was announced twice is named in the first answer only, which may have been the lost one.
    private static boolean isAccepted(String id, RpcCaller.Answer<PushMessagesResponse> answer) {
        return answer.repeated() || answer.value().containsResults(id);
    }

    @Override
    public void leave() {
        admission.leave(nodeId);
    }

    @Override
    public void close() {
        transfer.close();
        calls.close();
    }

    @Override
    public String toString() {
        return "fleet over " + generation() + " at " + address;
    }

    private Node node() {
        return Node.newBuilder().setNodeId(nodeId).build();
    }
}
