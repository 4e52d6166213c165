package io.safefedllm.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScoreCommandTest {
    private static final Path EXAMPLE = Path.of(System.getProperty("safefedllm.root"), "examples", "tiny-llama");

    private final Harness program = new Harness();

    @Test
    void score_untouchedAdapter_isHarmfulAsAZeroUpdate() {
        String adapter = EXAMPLE.resolve("initial-adapter").toString();

        int status =
                program.run("score", "--probe", EXAMPLE.resolve("probe.sflp").toString(), "--base", adapter, adapter);

        assertThat(status).isZero();
        assertThat(program.out()).contains(": harmful (ZERO_UPDATE");
    }
}
