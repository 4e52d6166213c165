package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.RunStatus;
import org.jspecify.annotations.Nullable;

/** The state of one run; guarded by the lock of its {@link EmbeddedSuperLink}. */
final class EmbeddedRun {
    final RunDetails details;
    final StringBuilder log = new StringBuilder();
    boolean claimed;
    boolean inputsPulled;

    @Nullable RunStatus status;

    String reason = "";

    EmbeddedRun(RunDetails details) {
        this.details = details;
    }

    boolean isRunning() {
        return claimed && status == null;
    }
}
