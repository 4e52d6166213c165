package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.proto.Context;
import io.safefedllm.flower.proto.GetNodesRequest;
import io.safefedllm.flower.proto.GetNodesResponse;
import io.safefedllm.flower.proto.Message;
import io.safefedllm.flower.proto.Node;
import io.safefedllm.flower.proto.NodeInfo;
import io.safefedllm.flower.proto.ObjectTree;
import io.safefedllm.flower.proto.PullAppMessagesRequest;
import io.safefedllm.flower.proto.PullAppMessagesResponse;
import io.safefedllm.flower.proto.PullTaskInputRequest;
import io.safefedllm.flower.proto.PullTaskInputResponse;
import io.safefedllm.flower.proto.PushAppMessagesRequest;
import io.safefedllm.flower.proto.PushAppMessagesResponse;
import io.safefedllm.flower.proto.PushLogsRequest;
import io.safefedllm.flower.proto.PushLogsResponse;
import io.safefedllm.flower.proto.PushTaskOutputRequest;
import io.safefedllm.flower.proto.PushTaskOutputResponse;
import io.safefedllm.flower.proto.SendTaskHeartbeatRequest;
import io.safefedllm.flower.proto.SendTaskHeartbeatResponse;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The wording since 1.30, over either transport: a run is a task and the token in the header says which. Subclasses name the
 * generation and how it lets tasks be claimed.
 */
public abstract class TaskDialect implements ExecutorDialect {

    /** The type of the tasks that an executor of server apps claims. */
    static final String SERVER_APP = "flwr-serverapp";

    private static final String TOKEN_HEADER = "flwr-task-token";

    private final RpcCaller rpc;
    private final String generation;
    private final String service;
    private final TaskClaims claims;

    protected TaskDialect(RpcCaller rpc, String generation, String service, TaskClaims claims) {
        this.rpc = rpc;
        this.generation = generation;
        this.service = service;
        this.claims = claims;
    }

    @Override
    public final String generation() {
        return generation;
    }

    @Override
    public final Optional<RunClaim> tryClaim(RunFilter filter) {
        return claims.claim(filter);
    }

    @Override
    public final String service() {
        return service;
    }

    @Override
    public final RpcHeaders headers(RunClaim claim) {
        return RpcHeaders.none().text(TOKEN_HEADER, claim.secret());
    }

    @Override
    public final boolean heartbeat(RunClaim claim) {
        return rpc.call(
                        CallKind.HEARTBEAT,
                        service,
                        "SendTaskHeartbeat",
                        SendTaskHeartbeatRequest.getDefaultInstance(),
                        SendTaskHeartbeatResponse.getDefaultInstance(),
                        headers(claim))
                .getSuccess();
    }

    @Override
    public final Inputs inputs(RunClaim claim) {
        PullTaskInputResponse inputs = rpc.call(
                CallKind.ONCE,
                service,
                "PullTaskInput",
                PullTaskInputRequest.getDefaultInstance(),
                PullTaskInputResponse.getDefaultInstance(),
                headers(claim));
        return new Inputs(inputs.getContext(), inputs.getRun(), inputs.getFab());
    }

    @Override
    public final List<Long> nodeIds(RunClaim claim) {
        return repeatable(
                        claim, "GetNodes", GetNodesRequest.getDefaultInstance(), GetNodesResponse.getDefaultInstance())
                .getNodesList()
                .stream()
                .map(NodeInfo::getNodeId)
                .toList();
    }

    @Override
    public final PushAppMessagesResponse push(RunClaim claim, List<Message> envelopes, List<ObjectTree> trees) {
        PushAppMessagesRequest request = PushAppMessagesRequest.newBuilder()
                .addAllMessagesList(envelopes)
                .addAllMessageObjectTrees(trees)
                .build();
        return repeatable(claim, "PushMessages", request, PushAppMessagesResponse.getDefaultInstance());
    }

    @Override
    public final PullAppMessagesResponse pull(RunClaim claim, Collection<String> messageIds) {
        return rpc.call(
                CallKind.ONCE,
                service,
                "PullMessages",
                PullAppMessagesRequest.newBuilder().addAllMessageIds(messageIds).build(),
                PullAppMessagesResponse.getDefaultInstance(),
                headers(claim));
    }

    @Override
    public final void log(RunClaim claim, String text) {
        PushLogsRequest request = PushLogsRequest.newBuilder()
                .setNode(Node.getDefaultInstance())
                .setRunId(claim.runId())
                .addLogs(text)
                .build();
        repeatable(claim, "PushLogs", request, PushLogsResponse.getDefaultInstance());
    }

    @Override
    public final void finish(RunClaim claim, RunStatus status, String reason, Optional<Context> context) {
        PushTaskOutputRequest.Builder request = PushTaskOutputRequest.newBuilder()
                .setSubStatus(status.wireName())
                .setDetails(reason);
        context.ifPresent(request::setContext);
        EndingCalls.make(() ->
                repeatable(claim, "PushTaskOutput", request.build(), PushTaskOutputResponse.getDefaultInstance()));
    }

    private <R extends MessageLite> R repeatable(RunClaim claim, String method, MessageLite request, R response) {
        return rpc.call(CallKind.REPEATABLE, service, method, request, response, headers(claim));
    }
}
