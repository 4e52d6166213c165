package io.safefedllm.flower.link.fake;

import com.google.protobuf.InvalidProtocolBufferException;
import io.safefedllm.flower.proto.ConfirmMessageReceivedRequest;
import io.safefedllm.flower.proto.GetNodesRequest;
import io.safefedllm.flower.proto.PullAppInputsRequest;
import io.safefedllm.flower.proto.PullAppMessagesRequest;
import io.safefedllm.flower.proto.PullObjectRequest;
import io.safefedllm.flower.proto.PushAppMessagesRequestClassic;
import io.safefedllm.flower.proto.PushAppOutputsRequest;
import io.safefedllm.flower.proto.PushLogsRequest;
import io.safefedllm.flower.proto.PushObjectRequest;
import io.safefedllm.flower.proto.SendAppHeartbeatRequest;
import io.safefedllm.flower.proto.UpdateRunStatusRequest;

/** Where the requests of {@link FakeGeneration#GRPC_OLDEST}, which has no token header, say which run they belong to. */
final class OldestRequests {

    private OldestRequests() {}

    static FakeRun run(FakeSuperLink state, String method, byte[] request) throws InvalidProtocolBufferException {
        return switch (method) {
            case "PullAppInputs" ->
                owner(state, PullAppInputsRequest.parseFrom(request).getToken());
            case "SendAppHeartbeat" ->
                owner(state, SendAppHeartbeatRequest.parseFrom(request).getToken());
            case "PushAppOutputs" ->
                owner(state, PushAppOutputsRequest.parseFrom(request).getToken());
            default -> state.run(runId(method, request));
        };
    }

    private static long runId(String method, byte[] request) throws InvalidProtocolBufferException {
        return switch (method) {
            case "GetNodes" -> GetNodesRequest.parseFrom(request).getRunId();
            case "PushMessages" ->
                PushAppMessagesRequestClassic.parseFrom(request).getRunId();
            case "PullMessages" -> PullAppMessagesRequest.parseFrom(request).getRunId();
            case "PushObject" -> PushObjectRequest.parseFrom(request).getRunId();
            case "PullObject" -> PullObjectRequest.parseFrom(request).getRunId();
            case "ConfirmMessageReceived" ->
                ConfirmMessageReceivedRequest.parseFrom(request).getRunId();
            case "PushLogs" -> PushLogsRequest.parseFrom(request).getRunId();
            case "UpdateRunStatus" -> UpdateRunStatusRequest.parseFrom(request).getRunId();
            default -> throw new IllegalArgumentException("no run in a request of " + method);
        };
    }

    private static FakeRun owner(FakeSuperLink state, String token) {
        return state.runs.values().stream()
                .filter(run -> !token.isEmpty() && !run.tokenEnded && run.token.equals(token))
                .findFirst()
                .orElseThrow(() -> Refusal.denied("Invalid token."));
    }
}
