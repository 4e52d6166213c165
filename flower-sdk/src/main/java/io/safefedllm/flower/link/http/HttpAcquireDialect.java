package io.safefedllm.flower.link.http;

import io.safefedllm.flower.link.wire.AcquiredTasks;
import io.safefedllm.flower.link.wire.Launcher;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.RpcCaller;
import io.safefedllm.flower.link.wire.TaskDialect;

/** {@code http-acquire}, since 1.39: tasks are handed out one by one. */
public final class HttpAcquireDialect extends TaskDialect {

    /** The generation's name. */
    public static final String GENERATION = "http-acquire";

    private static final String SERVICE = "Runtime";

    public HttpAcquireDialect(RpcCaller rpc, LauncherAuth auth) {
        super(rpc, GENERATION, SERVICE, new AcquiredTasks(GENERATION, new Launcher(rpc, SERVICE, auth)));
    }
}
