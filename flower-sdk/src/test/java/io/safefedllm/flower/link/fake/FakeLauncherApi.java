package io.safefedllm.flower.link.fake;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.safefedllm.flower.proto.AcquireTaskRequest;
import io.safefedllm.flower.proto.AcquireTaskResponse;
import io.safefedllm.flower.proto.ClaimTaskRequest;
import io.safefedllm.flower.proto.ClaimTaskResponse;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.GetRunResponse;
import io.safefedllm.flower.proto.ListAppsToLaunchResponse;
import io.safefedllm.flower.proto.PullPendingTasksResponse;
import io.safefedllm.flower.proto.RequestTokenRequest;
import io.safefedllm.flower.proto.RequestTokenResponse;
import io.safefedllm.flower.proto.Task;
import java.util.Optional;
import java.util.stream.Stream;

/** How runs of a {@link FakeSuperLink} are found and claimed, in all the ways there have been; called under its lock. */
final class FakeLauncherApi {

    private static final String SERVER_APP = "flwr-serverapp";
    private static final long TASK_OFFSET = 100_000;

    private final FakeSuperLink state;
    private int tokens;

    FakeLauncherApi(FakeSuperLink state) {
        this.state = state;
    }

    /** Answers a call that needs no token, or nothing if the method is not one of those. */
    Optional<MessageLite> call(String method, byte[] request) throws InvalidProtocolBufferException {
        return switch (method) {
            case "ListAppsToLaunch" -> Optional.of(pendingRuns());
            case "GetRun" -> Optional.of(run(request));
            case "RequestToken" -> Optional.of(requestToken(request));
            case "PullPendingTasks" -> Optional.of(pendingTasks());
            case "ClaimTask" -> Optional.of(claimTask(request));
            case "AcquireTask" -> Optional.of(acquire(request));
            default -> Optional.empty();
        };
    }

    private Stream<FakeRun> pending() {
        return state.runs.values().stream().filter(run -> run.token.isEmpty() && run.status == null);
    }

    private MessageLite pendingRuns() {
        ListAppsToLaunchResponse.Builder answer = ListAppsToLaunchResponse.newBuilder();
        pending().forEach(run -> answer.addRunIds(run.run.getRunId()));
        return answer.build();
    }

    private MessageLite run(byte[] request) throws InvalidProtocolBufferException {
        long runId = GetRunRequest.parseFrom(request).getRunId();
        return GetRunResponse.newBuilder().setRun(state.run(runId).run).build();
    }

    private MessageLite requestToken(byte[] request) throws InvalidProtocolBufferException {
        long runId = RequestTokenRequest.parseFrom(request).getRunId();
        return RequestTokenResponse.newBuilder()
                .setToken(newToken(state.run(runId)))
                .build();
    }

    private MessageLite pendingTasks() {
        PullPendingTasksResponse.Builder answer = PullPendingTasksResponse.newBuilder();
        answer.addTasksBuilder().setTaskId(1).setType("flwr-simulation").setRunId(1);
        pending().forEach(run -> answer.addTasks(task(run)));
        return answer.build();
    }

    private MessageLite claimTask(byte[] request) throws InvalidProtocolBufferException {
        long runId = ClaimTaskRequest.parseFrom(request).getTaskId() - TASK_OFFSET;
        String token = newToken(state.run(runId));
        ClaimTaskResponse.Builder answer = ClaimTaskResponse.newBuilder();
        return token.isEmpty() ? answer.build() : answer.setToken(token).build();
    }

    private MessageLite acquire(byte[] request) throws InvalidProtocolBufferException {
        boolean asked = AcquireTaskRequest.parseFrom(request)
                .getSupportedTaskTypesList()
                .contains(SERVER_APP);
        Optional<FakeRun> run = asked ? pending().findFirst() : Optional.empty();
        AcquireTaskResponse.Builder answer = AcquireTaskResponse.newBuilder();
        run.ifPresent(it -> answer.setToken(newToken(it)).setTask(task(it)));
        return answer.build();
    }

    private String newToken(FakeRun run) {
        if (!run.token.isEmpty()) {
            return "";
        }
        run.token = "token" + ++tokens;
        return run.token;
    }

    private static Task task(FakeRun run) {
        return Task.newBuilder()
                .setTaskId(run.run.getRunId() + TASK_OFFSET)
                .setType(SERVER_APP)
                .setRunId(run.run.getRunId())
                .setFabHash(run.run.getFabHash())
                .build();
    }
}
