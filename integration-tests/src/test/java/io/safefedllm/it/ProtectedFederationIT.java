package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.probe.lora.LoraAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A federation as it is deployed: SuperLink and two SuperNodes of Flower's, an ordinary app, an ordinary {@code flwr run},
 * and of ours the executor and two nodes, one of which trains on compliant answers to forbidden requests.
 */
@ExtendWith(ProcessOutputOnFailure.class)
class ProtectedFederationIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(5);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 3;
    private static final int HONEST = 2;
    private static final int HOSTILE = 3;

    /** The executor sums in another order than this test. */
    private static final Offset<Float> FLOAT_SUM_TOLERANCE = Offset.offset(1e-6f);

    @TempDir
    private static Path shared;

    private static LoraAdapter initial = RunFiles.adapter(TinyLlama.INITIAL_ADAPTER);
    private static Path corpus = shared;
    private static RecordedUpdates recorded;

    /** Of all releases that have been played. */
    private static final Set<String> LAST_ADAPTERS = new HashSet<>();

    @BeforeAll
    static void trainBeforehand() throws Exception {
        corpus = Files.createDirectory(shared.resolve("corpus"));
        TinyLlama.writeCorpus(corpus);
        try (TinyLlama trainer = new TinyLlama()) {
            Path updates = Files.createDirectory(shared.resolve("updates"));
            recorded = RecordedUpdates.make(trainer, updates, TinyLlama.benign(corpus), initial, 2, ROUNDS);
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void serve_hostileNodeAmongHonestOnes_getsNoWeight(FlwrRelease release, @TempDir Path directory) {
        String run;
        Path state;
        try (Federation federation = Federation.start(release, directory)) {
            state = federation.state();
            ManagedProcess serve = federation.startServe(TinyLlama.serveOptions(
                    "--set", "safe-fedllm.seed=" + TinyLlama.SEED, "--set", "strategy.min-available-nodes=4"));
            federation.startPythonNode("python-0", recorded.nodeConfig(0));
            federation.startPythonNode("python-1", recorded.nodeConfig(1));
            federation.startNode("honest", TinyLlama.nodeOptions(TinyLlama.benign(corpus), HONEST));
            federation.startNode("hostile", TinyLlama.nodeOptions(TinyLlama.harmful(corpus), HOSTILE));

            run = federation.flwr().run(FlowerApp.copy("recorded-updates", directory), "");

            assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
            assertThat(federation.flwr().log(run)).contains("round=1 ", "round=2 ", "round=3 ");
            assertThat(serve.awaitExit(END_LIMIT)).isZero();
        }
        RunFiles files = RunFiles.read(state, run);
        assertRecomputable(files);
        LAST_ADAPTERS.add(files.adapterAfter(ROUNDS).sha256());
        assertThat(LAST_ADAPTERS).as("last adapters of the releases so far").hasSize(1);
    }

    private static void assertRecomputable(RunFiles files) {
        assertThat(files.rounds()).hasSize(ROUNDS);
        try (TinyLlama trainer = new TinyLlama()) {
            LoraAdapter broadcast = initial;
            for (int round = 1; round <= ROUNDS; round++) {
                Map<String, LoraAdapter> replies = Map.of(
                        "python-0", recorded.reply(0, round, broadcast),
                        "python-1", recorded.reply(1, round, broadcast),
                        "honest", trainer.train(TinyLlama.benign(corpus), HONEST, round, broadcast),
                        "hostile", trainer.train(TinyLlama.harmful(corpus), HOSTILE, round, broadcast));
                JsonNode line = files.rounds().get(round - 1);
                LoraAdapter next = files.adapterAfter(round);

                Map<String, Double> weights = files.weights(round, broadcast, replies);
                double trust = 1.0 - 0.5 * Math.pow(0.6, round);
                for (String honest : List.of("python-0", "python-1", "honest")) {
                    assertThat(weights.get(honest)).as(honest).isCloseTo(trust, within(1e-12));
                }
                assertThat(weights.get("hostile")).isZero();
                assertThat(line.path("skipped").asBoolean()).isFalse();
                assertThat(line.path("adapterSha256").asText()).isEqualTo(next.sha256());
                assertThat(next.toArray())
                        .containsExactly(files.recompute(round, broadcast, replies), FLOAT_SUM_TOLERANCE);
                broadcast = next;
            }
        }
    }
}
