package io.safefedllm.flower.link.grpc;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.wire.CallKind;
import io.safefedllm.flower.link.wire.EndingCalls;
import io.safefedllm.flower.link.wire.ExecutorDialect;
import io.safefedllm.flower.link.wire.Launcher;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.RpcCaller;
import io.safefedllm.flower.link.wire.RpcHeaders;
import io.safefedllm.flower.proto.Context;
import io.safefedllm.flower.proto.GetNodesRequest;
import io.safefedllm.flower.proto.GetNodesResponse;
import io.safefedllm.flower.proto.GetRunRequest;
import io.safefedllm.flower.proto.GetRunResponse;
import io.safefedllm.flower.proto.ListAppsToLaunchRequest;
import io.safefedllm.flower.proto.ListAppsToLaunchResponse;
import io.safefedllm.flower.proto.Message;
import io.safefedllm.flower.proto.Node;
import io.safefedllm.flower.proto.NodeInfo;
import io.safefedllm.flower.proto.ObjectTree;
import io.safefedllm.flower.proto.PullAppInputsRequest;
import io.safefedllm.flower.proto.PullAppInputsResponse;
import io.safefedllm.flower.proto.PullAppMessagesRequest;
import io.safefedllm.flower.proto.PullAppMessagesResponse;
import io.safefedllm.flower.proto.PushAppMessagesRequestClassic;
import io.safefedllm.flower.proto.PushAppMessagesResponse;
import io.safefedllm.flower.proto.PushAppOutputsRequest;
import io.safefedllm.flower.proto.PushAppOutputsResponse;
import io.safefedllm.flower.proto.PushLogsRequest;
import io.safefedllm.flower.proto.PushLogsResponse;
import io.safefedllm.flower.proto.RequestTokenRequest;
import io.safefedllm.flower.proto.RequestTokenResponse;
import io.safefedllm.flower.proto.Run;
import io.safefedllm.flower.proto.SendAppHeartbeatRequest;
import io.safefedllm.flower.proto.SendAppHeartbeatResponse;
import io.safefedllm.flower.proto.UpdateRunStatusRequest;
import io.safefedllm.flower.proto.UpdateRunStatusResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code grpc-classic}, up to 1.29: pending runs are listed, can be looked at before they are claimed, and the token travels in the
 * requests and, for 1.29, in a header.
 */
public final class GrpcClassicDialect implements ExecutorDialect {

    /** The generation's name. */
    public static final String GENERATION = "grpc-classic";

    private static final String SERVICE = "ServerAppIo";
    private static final String TOKEN_HEADER = "flwr-app-token";
    private static final String SERVER_APP = "serverapp";

    private final RpcCaller rpc;
    private final Launcher launcher;
    private final Map<Long, Run> seen = new ConcurrentHashMap<>();

    public GrpcClassicDialect(RpcCaller rpc, LauncherAuth auth) {
        this.rpc = rpc;
        this.launcher = new Launcher(rpc, SERVICE, auth);
    }

    @Override
    public String generation() {
        return GENERATION;
    }

    @Override
    public String service() {
        return SERVICE;
    }

    @Override
    public RpcHeaders headers(RunClaim claim) {
        return RpcHeaders.none().text(TOKEN_HEADER, claim.secret());
    }

    @Override
    public Optional<RunClaim> tryClaim(RunFilter filter) {
        List<Long> pending = launcher.call(
                        CallKind.REPEATABLE,
                        "ListAppsToLaunch",
                        ListAppsToLaunchRequest.getDefaultInstance(),
                        ListAppsToLaunchResponse.getDefaultInstance())
                .getRunIdsList();
        seen.keySet().retainAll(pending);
        for (long runId : pending) {
            Run run = seen.computeIfAbsent(runId, this::look);
            Optional<RunClaim> claim = isWanted(run, filter) ? claim(run) : Optional.empty();
            if (claim.isPresent()) {
                return claim;
            }
        }
        return Optional.empty();
    }

    // The field that tells the type came with 1.28; before, every run that is listed has a server app.
    private static boolean isWanted(Run run, RunFilter filter) {
        String type = run.getPrimaryTaskType();
        return (type.isEmpty() || type.equals(SERVER_APP))
                && filter.decide(Optional.of(run.getFabId()), Optional.of(run.getFabHash())) == RunFilter.Verdict.OURS;
    }

    private Run look(long runId) {
        return launcher.call(
                        CallKind.REPEATABLE,
                        "GetRun",
                        GetRunRequest.newBuilder().setRunId(runId).build(),
                        GetRunResponse.getDefaultInstance())
                .getRun();
    }

    private Optional<RunClaim> claim(Run run) {
        String token = launcher.call(
                        CallKind.ONCE,
                        "RequestToken",
                        RequestTokenRequest.newBuilder()
                                .setRunId(run.getRunId())
                                .build(),
                        RequestTokenResponse.getDefaultInstance())
                .getToken();
        if (token.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(RunClaim.of(GENERATION, run.getRunId(), token)
                .fabId(run.getFabId())
                .fabHash(run.getFabHash())
                .build());
    }

    @Override
    public boolean heartbeat(RunClaim claim) {
        SendAppHeartbeatRequest request =
                SendAppHeartbeatRequest.newBuilder().setToken(claim.secret()).build();
        return call(
                        claim,
                        CallKind.HEARTBEAT,
                        "SendAppHeartbeat",
                        request,
                        SendAppHeartbeatResponse.getDefaultInstance())
                .getSuccess();
    }

    @Override
    public Inputs inputs(RunClaim claim) {
        PullAppInputsRequest request =
                PullAppInputsRequest.newBuilder().setToken(claim.secret()).build();
        PullAppInputsResponse inputs =
                call(claim, CallKind.ONCE, "PullAppInputs", request, PullAppInputsResponse.getDefaultInstance());
        return new Inputs(inputs.getContext(), inputs.getRun(), inputs.getFab());
    }

    @Override
    public List<Long> nodeIds(RunClaim claim) {
        GetNodesRequest request =
                GetNodesRequest.newBuilder().setRunId(claim.runId()).build();
        return call(claim, CallKind.REPEATABLE, "GetNodes", request, GetNodesResponse.getDefaultInstance())
                .getNodesList()
                .stream()
                .map(NodeInfo::getNodeId)
                .toList();
    }

    @Override
    public PushAppMessagesResponse push(RunClaim claim, List<Message> envelopes, List<ObjectTree> trees) {
        PushAppMessagesRequestClassic request = PushAppMessagesRequestClassic.newBuilder()
                .setToken(claim.secret())
                .setRunId(claim.runId())
                .addAllMessagesList(envelopes)
                .addAllMessageObjectTrees(trees)
                .build();
        return call(claim, CallKind.REPEATABLE, "PushMessages", request, PushAppMessagesResponse.getDefaultInstance());
    }

    @Override
    public PullAppMessagesResponse pull(RunClaim claim, Collection<String> messageIds) {
        PullAppMessagesRequest request = PullAppMessagesRequest.newBuilder()
                .setToken(claim.secret())
                .setRunId(claim.runId())
                .addAllMessageIds(messageIds)
                .build();
        return call(claim, CallKind.ONCE, "PullMessages", request, PullAppMessagesResponse.getDefaultInstance());
    }

    @Override
    public void log(RunClaim claim, String text) {
        PushLogsRequest request = PushLogsRequest.newBuilder()
                .setNode(Node.getDefaultInstance())
                .setRunId(claim.runId())
                .addLogs(text)
                .build();
        call(claim, CallKind.REPEATABLE, "PushLogs", request, PushLogsResponse.getDefaultInstance());
    }

    // Up to 1.28 the outputs end the token, and only the second call ends the run: it follows an answer to the first
    // that was lost.
    @Override
    public void finish(RunClaim claim, RunStatus status, String reason, Optional<Context> context) {
        if (status == RunStatus.COMPLETED && context.isPresent()) {
            PushAppOutputsRequest outputs = PushAppOutputsRequest.newBuilder()
                    .setToken(claim.secret())
                    .setRunId(claim.runId())
                    .setContext(context.get())
                    .build();
            end(claim, "PushAppOutputs", outputs, PushAppOutputsResponse.getDefaultInstance());
        }
        UpdateRunStatusRequest.Builder end = UpdateRunStatusRequest.newBuilder().setRunId(claim.runId());
        end.getRunStatusBuilder()
                .setStatus("finished")
                .setSubStatus(status.wireName())
                .setDetails(reason);
        end(claim, "UpdateRunStatus", end.build(), UpdateRunStatusResponse.getDefaultInstance());
    }

    private void end(RunClaim claim, String method, MessageLite request, MessageLite response) {
        EndingCalls.make(() -> call(claim, CallKind.REPEATABLE, method, request, response));
    }

    private <R extends MessageLite> R call(
            RunClaim claim, CallKind kind, String method, MessageLite request, R response) {
        return rpc.call(kind, SERVICE, method, request, response, headers(claim));
    }
}
