package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.proto.AcquireTaskRequest;
import io.safefedllm.flower.proto.AcquireTaskResponse;
import java.util.Optional;

/**
 * How a task is claimed since 1.39: the SuperLink hands out the next one unseen, so it may turn out to be foreign. The claim tells
 * the FAB hash.
 */
public final class AcquiredTasks implements TaskClaims {

    private final String generation;
    private final Launcher launcher;

    public AcquiredTasks(String generation, Launcher launcher) {
        this.generation = generation;
        this.launcher = launcher;
    }

    @Override
    public Optional<RunClaim> claim(RunFilter filter) {
        AcquireTaskRequest request = AcquireTaskRequest.newBuilder()
                .addSupportedTaskTypes(TaskDialect.SERVER_APP)
                .build();
        AcquireTaskResponse answer =
                launcher.call(CallKind.ONCE, "AcquireTask", request, AcquireTaskResponse.getDefaultInstance());
        if (answer.getToken().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(RunClaim.of(generation, answer.getTask().getRunId(), answer.getToken())
                .taskId(answer.getTask().getTaskId())
                .fabHash(answer.getTask().getFabHash())
                .build());
    }
}
