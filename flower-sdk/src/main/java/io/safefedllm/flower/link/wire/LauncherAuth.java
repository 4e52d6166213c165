package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;

/**
 * Proves to a SuperLink that the caller may claim runs; needed only for calls made before a claim, and only where the
 * SuperLink was started with a shared secret.
 */
@FunctionalInterface
public interface LauncherAuth {

    /**
     * Returns what to send beside a request.
     *
     * @param fullMethod the method as gRPC names it, also over HTTP: {@code /flwr.proto.Runtime/AcquireTask}
     */
    RpcHeaders headers(String fullMethod, MessageLite request);

    /** Returns the form for SuperLinks without a secret: no headers. */
    static LauncherAuth none() {
        return (method, request) -> RpcHeaders.none();
    }
}
