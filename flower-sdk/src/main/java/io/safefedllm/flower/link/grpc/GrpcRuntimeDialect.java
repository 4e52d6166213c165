package io.safefedllm.flower.link.grpc;

import io.safefedllm.flower.link.wire.Launcher;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.PendingTasks;
import io.safefedllm.flower.link.wire.RpcCaller;
import io.safefedllm.flower.link.wire.TaskDialect;

/** {@code grpc-runtime}, 1.34: the calls of {@link GrpcTaskDialect} under another name of the service. */
public final class GrpcRuntimeDialect extends TaskDialect {

    /** The generation's name. */
    public static final String GENERATION = "grpc-runtime";

    private static final String SERVICE = "Runtime";

    public GrpcRuntimeDialect(RpcCaller rpc, LauncherAuth auth) {
        super(rpc, GENERATION, SERVICE, PendingTasks.withRuns(GENERATION, new Launcher(rpc, SERVICE, auth)));
    }
}
