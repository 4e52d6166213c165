package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended for its executor.
 *
 * @param runId the run
 * @param status completed, failed or stopped
 * @param reason one line; empty when completed
 * @param cause what the server app threw, if it did
 */
public record RunOutcome(long runId, RunStatus status, String reason, @Nullable Throwable cause) {

    @Override
    public String toString() {
        String end = "run " + Long.toUnsignedString(runId) + " " + status.wireName();
        return reason.isEmpty() ? end : end + ": " + reason;
    }

    public boolean isCompleted() {
        return status == RunStatus.COMPLETED;
    }
}
