package io.safefedllm.flower.link.http;

import io.safefedllm.flower.link.wire.Launcher;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.PendingTasks;
import io.safefedllm.flower.link.wire.RpcCaller;
import io.safefedllm.flower.link.wire.TaskDialect;

/** {@code http-claim}, 1.35 to 1.38: pending tasks are listed with their FAB hashes; a run is shown with its inputs only. */
public final class HttpClaimDialect extends TaskDialect {

    /** The generation's name. */
    public static final String GENERATION = "http-claim";

    private static final String SERVICE = "Runtime";

    public HttpClaimDialect(RpcCaller rpc, LauncherAuth auth) {
        super(rpc, GENERATION, SERVICE, PendingTasks.withoutRuns(GENERATION, new Launcher(rpc, SERVICE, auth)));
    }
}
