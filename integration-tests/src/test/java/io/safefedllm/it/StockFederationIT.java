package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrCli;
import io.safefedllm.it.harness.FlwrCli.RunStatus;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.NpzFile;
import io.safefedllm.it.harness.NpzFile.Tensor;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Flower without us: what the other tests replace part by part works by itself, and the harness with it. */
@ExtendWith(ProcessOutputOnFailure.class)
class StockFederationIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(3);
    private static final String LORA_A = "base_model.model.q_proj.lora_A.weight";
    private static final String LORA_B = "base_model.model.q_proj.lora_B.weight";

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#all")
    void fedAvg_twoNodesWithRecordedUpdates_meansThem(FlwrRelease release, @TempDir Path directory) throws Exception {
        writeRecordedUpdates(Files.createDirectory(directory.resolve("updates")));
        NpzFile.write(directory.resolve("initial.npz"), adapter(1f, 0f));
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);

        try (Federation federation = Federation.start(release, directory)) {
            FlwrCli flwr = federation.flwr();
            federation.startPythonExecutor();
            federation.startPythonNode("node-0", nodeConfig(0, directory));
            federation.startPythonNode("node-1", nodeConfig(1, directory));
            String run = flwr.run(app, runConfig(directory));
            RunStatus status = flwr.awaitFinished(run, RUN_LIMIT);

            assertThat(status.status()).isEqualTo("finished:completed");
            assertThat(status.fabId()).isEqualTo("safefedllm-tests/recorded-updates");
            assertThat(flwr.log(run)).contains("ROUNDS WITH METRICS [1, 2]");
        }

        assertThat(NpzFile.read(directory.resolve("final.npz")))
                .hasEntrySatisfying(LORA_A, a -> assertThat(a.toArray()).containsOnly(1f + 0.5f + 2.5f))
                .hasEntrySatisfying(LORA_B, b -> assertThat(b.toArray()).containsOnly(0.5f + 2.5f));
    }

    /** The nodes add 0 and 1 in round 1, 2 and 3 in round 2, so that the means are 0.5 and 2.5. */
    private static void writeRecordedUpdates(Path updates) {
        for (int node = 0; node < 2; node++) {
            NpzFile.write(updates.resolve("node-%d-round-1-first.npz".formatted(node)), adapter(node, node));
            NpzFile.write(updates.resolve("node-%d-round-2-later.npz".formatted(node)), adapter(2f + node, 2f + node));
        }
    }

    private static Map<String, Tensor> adapter(float a, float b) {
        return Map.of(
                LORA_A, new Tensor(List.of(2, 3), new float[] {a, a, a, a, a, a}),
                LORA_B, new Tensor(List.of(3, 2), new float[] {b, b, b, b, b, b}));
    }

    private static String nodeConfig(int partition, Path directory) {
        return "partition-id=%d updates=\"%s\"".formatted(partition, directory.resolve("updates"));
    }

    private static String runConfig(Path directory) {
        return "num-server-rounds=2 initial-arrays=\"%s\" final-arrays=\"%s\""
                .formatted(directory.resolve("initial.npz"), directory.resolve("final.npz"));
    }
}
