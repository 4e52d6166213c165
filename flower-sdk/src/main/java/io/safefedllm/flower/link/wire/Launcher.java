package io.safefedllm.flower.link.wire;

import com.google.protobuf.MessageLite;

/** Makes the calls of an executor that has not claimed anything yet: they carry no token. Thread-safe. */
public final class Launcher {

    private final RpcCaller rpc;
    private final String service;
    private final LauncherAuth auth;

    public Launcher(RpcCaller rpc, String service, LauncherAuth auth) {
        this.rpc = rpc;
        this.service = service;
        this.auth = auth;
    }

    /** Returns the answer; failures are those of {@link RpcCaller}. */
    public <R extends MessageLite> R call(CallKind kind, String method, MessageLite request, R response) {
        String fullMethod = "/flwr.proto." + service + "/" + method;
        return rpc.call(kind, service, method, request, response, () -> auth.headers(fullMethod, request));
    }
}
