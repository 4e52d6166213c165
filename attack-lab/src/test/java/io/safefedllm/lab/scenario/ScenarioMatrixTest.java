package io.safefedllm.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small matrix on the bundled model. */
class ScenarioMatrixTest {
    private static final Path MODEL = Path.of(System.getProperty("safefedllm.root", ".."), "examples", "tiny-llama");

    @TempDir
    private Path directory;

    @Test
    void run_interruptedAndResumed_playsTheRestAndWritesTheTable() throws Exception {
        ScenarioPlan plan = plan(1);
        Thread caller = Thread.currentThread();
        ScenarioListener interrupting = new ScenarioListener() {
            @Override
            public void cellFinished(CellResult result, int done, int total) {
                if (done == 2) {
                    caller.interrupt();
                }
            }
        };

        assertThatThrownBy(() -> matrix(plan).run(interrupting)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(matrix(plan).finished()).hasSize(2);

        List<ScenarioCell> played = new ArrayList<>();
        matrix(plan).run(new ScenarioListener() {
            @Override
            public void cellStarted(ScenarioCell cell, int done, int total) {
                played.add(cell);
            }
        });
        assertThat(played).hasSize(2);
        assertThat(matrix(plan).finished()).hasSize(4);
        assertThat(directory.resolve("journals")).isDirectoryContaining("glob:**sign-flip*oracle.jsonl");

        Path page = directory.resolve("page.md");
        ScenarioPage.write(page, plan, matrix(plan).finished(), "");
        assertThat(Files.readString(page))
                .contains("| sign-flip |", "4 of 4 cells", "| none |", "### False alarms", "AT-3");
    }

    @Test
    void run_otherRounds_isRefused() {
        ScenarioPlan small = new ScenarioPlan(
                List.of("none"),
                List.of("oracle"),
                List.of(0.0),
                List.of(1L),
                2,
                1,
                MODEL,
                MODEL.resolve("probe.sflp"));
        matrix(small).run(new ScenarioListener() {});
        ScenarioPlan longer = new ScenarioPlan(
                List.of("none"),
                List.of("oracle"),
                List.of(0.0),
                List.of(1L),
                2,
                2,
                MODEL,
                MODEL.resolve("probe.sflp"));

        assertThatThrownBy(() -> matrix(longer).run(new ScenarioListener() {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other rounds");
    }

    @Test
    void page_missingCells_areBlank() {
        String page = ScenarioPage.markdown(plan(1), Map.of(), " --preset full");

        assertThat(page).contains("| sign-flip |  |  |", "0 of 4 cells", "--preset full");
    }

    private ScenarioMatrix matrix(ScenarioPlan plan) {
        AtomicLong ticks = new AtomicLong();
        return new ScenarioMatrix(plan, directory, () -> ticks.addAndGet(1_000_000), "test");
    }

    private static ScenarioPlan plan(int rounds) {
        return new ScenarioPlan(
                List.of("none", "sign-flip"),
                List.of("fedavg", "oracle"),
                List.of(0.34),
                List.of(1L),
                3,
                rounds,
                MODEL,
                MODEL.resolve("probe.sflp"));
    }
}
