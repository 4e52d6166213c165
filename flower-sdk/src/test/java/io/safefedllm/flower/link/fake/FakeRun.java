package io.safefedllm.flower.link.fake;

import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.proto.Fab;
import io.safefedllm.flower.proto.Run;
import org.jspecify.annotations.Nullable;

/** A run of a {@link FakeSuperLink}. */
final class FakeRun {
    final Run run;
    final Fab fab;
    final StringBuilder log = new StringBuilder();
    String token = "";
    boolean tokenEnded;
    boolean inputsPulled;

    @Nullable RunStatus status;

    String details = "";

    FakeRun(Run run, Fab fab) {
        this.run = run;
        this.fab = fab;
    }

    boolean isRunning() {
        return !token.isEmpty() && status == null;
    }

    void end(RunStatus how, String why) {
        if (status == null) {
            status = how;
            details = why;
        }
    }
}
