package io.safefedllm.flower.link.grpc;

import io.safefedllm.flower.link.wire.Launcher;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.PendingTasks;
import io.safefedllm.flower.link.wire.RpcCaller;
import io.safefedllm.flower.link.wire.TaskDialect;

/** {@code grpc-task}, 1.30 to 1.33: pending tasks are listed, their runs can be looked at, and the token travels in a header. */
public final class GrpcTaskDialect extends TaskDialect {

    /** The generation's name. */
    public static final String GENERATION = "grpc-task";

    private static final String SERVICE = "ServerAppIo";

    public GrpcTaskDialect(RpcCaller rpc, LauncherAuth auth) {
        super(rpc, GENERATION, SERVICE, PendingTasks.withRuns(GENERATION, new Launcher(rpc, SERVICE, auth)));
    }
}
