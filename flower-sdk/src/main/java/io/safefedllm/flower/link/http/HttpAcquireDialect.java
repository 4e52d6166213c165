package io.safefedllm.flower.link.http;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.wire.CallKind;
import io.safefedllm.flower.link.wire.Launcher;
import io.safefedllm.flower.link.wire.LauncherAuth;
import io.safefedllm.flower.link.wire.RpcCaller;
import io.safefedllm.flower.link.wire.TaskDialect;
import io.safefedllm.flower.proto.AcquireTaskRequest;
import io.safefedllm.flower.proto.AcquireTaskResponse;
import java.util.Optional;

/**
 * {@code http-acquire}, since 1.39: the SuperLink hands out tasks unseen, so a claim may turn out to be foreign. The claim
 * tells the FAB hash.
 */
public final class HttpAcquireDialect extends TaskDialect {

    /** The generation's name. */
    public static final String GENERATION = "http-acquire";

    private static final String SERVICE = "Runtime";

    private final Launcher launcher;

    public HttpAcquireDialect(RpcCaller rpc, LauncherAuth auth) {
        super(rpc, SERVICE);
        this.launcher = new Launcher(rpc, SERVICE, auth);
    }

    @Override
    public String generation() {
        return GENERATION;
    }

    @Override
    public Optional<RunClaim> tryClaim(RunFilter filter) {
        AcquireTaskRequest request = AcquireTaskRequest.newBuilder()
                .addSupportedTaskTypes(SERVER_APP)
                .build();
        AcquireTaskResponse answer =
                launcher.call(CallKind.ONCE, "AcquireTask", request, AcquireTaskResponse.getDefaultInstance());
        if (answer.getToken().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(RunClaim.of(GENERATION, answer.getTask().getRunId(), answer.getToken())
                .taskId(answer.getTask().getTaskId())
                .fabHash(answer.getTask().getFabHash())
                .build());
    }
}
