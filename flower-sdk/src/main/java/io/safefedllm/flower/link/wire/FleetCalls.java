package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import java.util.function.UnaryOperator;

/** Makes the signed calls of one node. Owns the caller and with it the channel. */
final class FleetCalls implements AutoCloseable {

    static final String SERVICE = "Fleet";

    private final RpcCaller rpc;
    private final NodeKey key;
    private final WireSettings settings;
    private final UnaryOperator<TransportException> diagnosis;

    /**
     * Makes the calls of the node with the key.
     *
     * @param diagnosis says more about a call that was refused as not authentic, or returns it as it is
     */
    FleetCalls(RpcCaller rpc, NodeKey key, WireSettings settings, UnaryOperator<TransportException> diagnosis) {
        this.rpc = rpc;
        this.key = key;
        this.settings = settings;
        this.diagnosis = diagnosis;
    }

    <R extends MessageLite> R call(CallKind kind, String method, MessageLite request, R response) {
        return answered(kind, method, request, response).value();
    }

    <R extends MessageLite> RpcCaller.Answer<R> answered(
            CallKind kind, String method, MessageLite request, R response) {
        try {
            return rpc.answered(kind, SERVICE, method, request, response, this::signature);
        } catch (TransportException e) {
            throw e.status() == Status.UNAUTHENTICATED ? diagnosis.apply(e) : e;
        }
    }

    RpcHeaders signature() {
        return key.headers(settings.clock().instant());
    }

    RpcCaller rpc() {
        return rpc;
    }

    @Override
    public void close() {
        rpc.close();
    }
}
