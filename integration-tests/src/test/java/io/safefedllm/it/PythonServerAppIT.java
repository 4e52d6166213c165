package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our nodes under Flower's own executor and FedAvg: what three rounds leave has the same bytes on every transport, and is near to what this
 * process computes without Flower. One node trains on a quarter of the other's examples and counts for as much less.
 */
@ExtendWith(ProcessOutputOnFailure.class)
class PythonServerAppIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(4);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 3;

    /** Rows a step of the second node. */
    private static final int FEW = TinyLlama.BATCH_SIZE / 4;

    @TempDir
    private static Path shared;

    /** The last adapters of the releases so far: nodes are processes of their own, alike to the bit. */
    private static final Map<String, String> DIGESTS = new TreeMap<>();

    /** Part of what was learnt; this process has other things in its memory, and sums of the engine depend on where their terms lie. */
    private static final double BETWEEN_PROCESSES = 0.01;

    private static Path rows = shared;
    private static LoraAdapter initial = RunFiles.adapter(TinyLlama.INITIAL_ADAPTER);
    private static LoraAdapter expected = initial;

    @BeforeAll
    static void computeTheLastAdapter() throws Exception {
        Path corpus = Files.createDirectory(shared.resolve("corpus"));
        TinyLlama.writeCorpus(corpus);
        rows = TinyLlama.benign(corpus);
        LoraAdapter countedAlike = initial;
        try (TinyLlama trainer = new TinyLlama()) {
            for (int round = 1; round <= ROUNDS; round++) {
                LoraAdapter many = trainer.train(rows, 0, round, expected);
                LoraAdapter few = trainer.train(rows, 1, round, expected, FEW);
                expected = FedAvgFiles.mean(many, TinyLlama.BATCH_SIZE, few, FEW);
                countedAlike = FedAvgFiles.mean(many, 1, few, 1);
            }
        }
        assertThat(distance(expected, countedAlike))
                .as("a mean in which both nodes count alike would show")
                .isGreaterThan(3 * BETWEEN_PROCESSES * distance(initial, expected));
    }

    private static double distance(LoraAdapter from, LoraAdapter to) {
        return LoraUpdate.between(from, to).norm();
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void nodes_underFlowersFedAvg_leaveTheSameBytesOnEveryTransport(FlwrRelease release, @TempDir Path directory) {
        FedAvgFiles files = FedAvgFiles.write(initial, directory);
        Path finalArrays = directory.resolve("final.npz");

        try (Federation federation = Federation.start(release, directory)) {
            federation.startPythonExecutor();
            List<ManagedProcess> nodes = List.of(
                    federation.startNode("node-0", TinyLlama.nodeOptions(rows, 0)),
                    federation.startNode("node-1", TinyLlama.nodeOptions(rows, 1, FEW)));
            String run = federation
                    .flwr()
                    .run(FlowerApp.copy("recorded-updates", directory), files.runConfig(ROUNDS, finalArrays));

            assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
            assertThat(federation.flwr().log(run)).contains("ROUNDS WITH METRICS [1, 2, 3]");
            nodes.forEach(ManagedProcess::interrupt);
            assertThat(nodes)
                    .allSatisfy(node -> assertThat(node.awaitExit(END_LIMIT)).isZero());
        }

        LoraAdapter left = files.left(finalArrays);
        assertThat(distance(expected, left)).isLessThan(BETWEEN_PROCESSES * distance(initial, expected));
        DIGESTS.put(release.version(), left.sha256());
        assertThat(DIGESTS.values()).as("last adapters %s", DIGESTS).containsOnly(left.sha256());
    }
}
