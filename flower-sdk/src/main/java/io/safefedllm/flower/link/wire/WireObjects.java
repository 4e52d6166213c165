package io.safefedllm.flower.link.wire;

import com.google.protobuf.UnsafeByteOperations;
import io.safefedllm.flower.link.ObjectLink;
import io.safefedllm.flower.link.PulledObject;
import io.safefedllm.flower.proto.ConfirmMessageReceivedRequest;
import io.safefedllm.flower.proto.ConfirmMessageReceivedResponse;
import io.safefedllm.flower.proto.Node;
import io.safefedllm.flower.proto.PullObjectRequest;
import io.safefedllm.flower.proto.PullObjectResponse;
import io.safefedllm.flower.proto.PushObjectRequest;
import io.safefedllm.flower.proto.PushObjectResponse;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Objects over any wire: the three calls are the same in every generation. */
final class WireObjects implements ObjectLink {

    private final RpcCaller rpc;
    private final String service;
    private final LongSupplier nodeId;
    private final Supplier<RpcHeaders> headers;

    /**
     * Makes a port of one peer.
     *
     * @param nodeId the peer's node id; 1 for an executor
     * @param headers what proves who is calling, asked for at each attempt of a call
     */
    WireObjects(RpcCaller rpc, String service, LongSupplier nodeId, Supplier<RpcHeaders> headers) {
        this.rpc = rpc;
        this.service = service;
        this.nodeId = nodeId;
        this.headers = headers;
    }

    @Override
    public boolean push(long runId, String objectId, byte[] bytes, String sessionId) {
        PushObjectRequest request = PushObjectRequest.newBuilder()
                .setNode(node())
                .setRunId(runId)
                .setObjectId(objectId)
                .setObjectContent(UnsafeByteOperations.unsafeWrap(bytes))
                .setSessionId(sessionId)
                .build();
        return rpc.call(
                        CallKind.REPEATABLE,
                        service,
                        "PushObject",
                        request,
                        PushObjectResponse.getDefaultInstance(),
                        headers)
                .getStored();
    }

    @Override
    public PulledObject pull(long runId, String objectId) {
        PullObjectRequest request = PullObjectRequest.newBuilder()
                .setNode(node())
                .setRunId(runId)
                .setObjectId(objectId)
                .build();
        PullObjectResponse response = rpc.call(
                CallKind.REPEATABLE, service, "PullObject", request, PullObjectResponse.getDefaultInstance(), headers);
        if (!response.getObjectFound()) {
            return PulledObject.gone();
        }
        return response.getObjectAvailable()
                ? PulledObject.available(response.getObjectContent().toByteArray())
                : PulledObject.pending();
    }

    @Override
    public void confirm(long runId, String messageId) {
        ConfirmMessageReceivedRequest request = ConfirmMessageReceivedRequest.newBuilder()
                .setNode(node())
                .setRunId(runId)
                .setMessageObjectId(messageId)
                .build();
        rpc.call(
                CallKind.REPEATABLE,
                service,
                "ConfirmMessageReceived",
                request,
                ConfirmMessageReceivedResponse.getDefaultInstance(),
                headers);
    }

    private Node node() {
        return Node.newBuilder().setNodeId(nodeId.getAsLong()).build();
    }
}
