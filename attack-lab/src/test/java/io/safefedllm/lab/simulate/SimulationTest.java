package io.safefedllm.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.lab.report.ReportFiles;
import io.safefedllm.lab.report.SimulationResult;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.journal.JournalVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small federation of the bundled model with the bundled probe. */
class SimulationTest {
    private static final Path MODEL = Path.of(System.getProperty("safefedllm.root", ".."), "examples", "tiny-llama");

    @TempDir
    private Path directory;

    @Test
    void run_twoArmsWithOneMemo_writesAllFilesOnce() throws Exception {
        SimulationResult result =
                simulation(List.of("safe-fedllm:shadow", "oracle"), 2).run(directory, SimulationListener.none());

        var shadow = result.arms().get(0);
        var oracle = result.arms().get(1);
        assertThat(shadow.rounds()).hasSize(2);
        assertThat(shadow.seconds().shadow()).isPositive();
        assertThat(oracle.hostileWeightShare()).isZero();
        assertThat(oracle.honestWeightMean()).isEqualTo(1.0);
        assertThat(oracle.seconds().reused()).isPositive();
        assertThat(shadow.hostileWeightShare()).isZero();
        assertThat(shadow.honestWeightMean()).isEqualTo((0.7 + 0.82) / 2);
        for (String arm : List.of("safe-fedllm-shadow", "oracle")) {
            assertThat(directory.resolve(arm).resolve("journal.jsonl")).isNotEmptyFile();
            assertThat(PeftDirectory.read(directory.resolve(arm)).config().r()).isEqualTo(8);
        }
        assertThat(directory.resolve("report.html")).content().contains("safe-fedllm:shadow");
        JsonNode settings = json(directory).get("settings");
        assertThat(settings.get("hostile")).hasSize(1);
        assertThat(settings.get("probeThresholds").has("first_b")).isTrue();
    }

    @Test
    void run_canaryRule_trainsItsOwnUpdatesAndSaysWhatTheyCost() throws Exception {
        String arm = "safe-fedllm:adapter@adapter.rule=canary";

        SimulationResult result = simulation(List.of(arm), 1).run(directory, SimulationListener.none());

        Path home = directory.resolve("safe-fedllm-adapter-adapter.rule-canary");
        JsonNode round = new ObjectMapper()
                .readTree(Files.readAllLines(home.resolve("journal.jsonl")).get(4));
        assertThat(round.path("canaryUpdates").asInt()).isEqualTo(20);
        assertThat(round.path("canaryDetected").asInt()).isEqualTo(10);
        assertThat(round.path("canaryThreshold").isNumber()).isTrue();
        assertThat(result.arms().get(0).seconds().shadow()).isPositive();
        assertThat(result.arms().get(0).hostileWeightShare()).isZero();
        assertThat(JournalVerifier.verify(home).findings()).isEmpty();
    }

    @Test
    void run_sameSeedTwice_isTheSameButForSeconds() throws Exception {
        simulation(List.of("fedavg"), 1).run(directory.resolve("a"), SimulationListener.none());
        simulation(List.of("fedavg"), 1).run(directory.resolve("b"), SimulationListener.none());

        assertThat(withoutSeconds(directory.resolve("a"))).isEqualTo(withoutSeconds(directory.resolve("b")));
        assertThat(directory.resolve("a/fedavg/adapter_model.safetensors"))
                .hasSameBinaryContentAs(directory.resolve("b/fedavg/adapter_model.safetensors"));
    }

    @Test
    void run_interruptedInTheSecondArm_leavesTheFirstComplete() {
        Simulation simulation = simulation(List.of("fedavg", "oracle"), 4);
        Thread caller = Thread.currentThread();
        SimulationListener interrupting = new SimulationListener() {
            @Override
            public void armStarted(String arm, int rounds) {
                if (arm.equals("oracle")) {
                    caller.interrupt();
                }
            }
        };

        assertThatThrownBy(() -> simulation.run(directory, interrupting)).isInstanceOf(CancellationException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(directory.resolve("result.json")).content().contains("\"fedavg\"");
        assertThat(ReportFiles.render(directory)).content().endsWith("</html>\n");
        assertThat(directory.resolve("oracle/adapter_model.safetensors")).doesNotExist();
    }

    @Test
    void run_directoryOfAnEarlierRun_isRefused() throws Exception {
        Files.createDirectories(directory.resolve("fedavg"));
        Files.writeString(directory.resolve("fedavg/journal.jsonl"), "{}\n");

        assertThatThrownBy(() -> simulation(List.of("fedavg"), 1).run(directory, SimulationListener.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("earlier simulation");
    }

    private static Simulation simulation(List<String> arms, int rounds) {
        SimulationSettings settings = new SimulationSettings(
                arms,
                "harmful-data",
                0.33,
                3,
                rounds,
                1,
                LocalTraining.DEFAULTS,
                new EvaluationPlan(4, 8, 1),
                TrialMaterial.corpus(MODEL, MODEL.resolve("probe.sflp")));
        AtomicLong ticks = new AtomicLong();
        return new Simulation(settings, () -> ticks.addAndGet(1_000_000), "test");
    }

    private static JsonNode json(Path directory) throws Exception {
        return new ObjectMapper().readTree(directory.resolve("result.json").toFile());
    }

    private static JsonNode withoutSeconds(Path directory) throws Exception {
        JsonNode result = json(directory);
        result.get("arms").forEach(arm -> ((ObjectNode) arm).remove("seconds"));
        return result;
    }
}
