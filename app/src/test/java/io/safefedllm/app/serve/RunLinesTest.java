package io.safefedllm.app.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.RunClaim;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLinesTest {
    private static final RunClaim CLAIM = RunClaim.of("grpc-task", 7, "token").build();

    @TempDir
    private Path state;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void over_aRunWithFinishedRounds_saysHowANewOneGoesOn() throws IOException {
        Files.createDirectories(state.resolve("7"));
        Files.writeString(state.resolve("7/ledger.json"), "{}");

        lines(false).over(CLAIM);

        assertThat(printed())
                .isEqualTo(
                        "run 7: over: it had completed, was ended or stopped, or no heartbeat came in time; a new run with"
                                + " safe-fedllm.resume-from=" + state.resolve("7")
                                + " goes on after its last finished round\n");
    }

    @Test
    void over_aRunThatLeftNothing_namesNoDirectory() {
        lines(false).over(CLAIM);
        lines(true).over(CLAIM);

        assertThat(printed().lines())
                .containsExactly(
                        "run 7: over: it had completed, was ended or stopped, or no heartbeat came in time; nothing of it was kept",
                        "{\"type\":\"over\",\"run\":\"7\",\"resumeFrom\":\"\"}");
    }

    @Test
    void takenUp_aRun_saysSo() {
        lines(false).takenUp(CLAIM);
        lines(true).takenUp(CLAIM);

        assertThat(printed().lines())
                .containsExactly("run 7: goes on after a restart", "{\"type\":\"taken-up\",\"run\":\"7\"}");
    }

    private RunLines lines(boolean json) {
        return new RunLines(new PrintStream(out, true, StandardCharsets.UTF_8), json, state);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
