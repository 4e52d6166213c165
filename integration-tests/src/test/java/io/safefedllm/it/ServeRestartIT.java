package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code kill -9} of {@code serve} in the second of three rounds, and the same command again. */
@ExtendWith(ProcessOutputOnFailure.class)
class ServeRestartIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(3);
    private static final int ROUNDS = 3;

    /** Where a line stands, and how long things took. */
    private static final List<String> NOT_COMPARED = List.of("seq", "prev", "seconds");

    @TempDir
    private static Path corpus;

    @BeforeAll
    static void writeRows() {
        TinyLlama.writeCorpus(corpus);
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void serve_killedInTheSecondRound_endsTheSameRunAsIfNothingHadHappened(FlwrRelease release, @TempDir Path directory)
            throws Exception {
        CountDownLatch inSecondRound = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);
        try (TinyLlama trainer = new TinyLlama();
                Federation federation = Federation.start(release, directory);
                ClientAppRunner node = JvmSides.node(federation, client(trainer, inSecondRound, killed), 0)) {
            new Thread(node::run, "node").start();
            ManagedProcess first = federation.startServe(options());
            String run = federation.flwr().run(app, "");
            assertThat(inSecondRound.await(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            Path claim = federation.state().resolve(run).resolve("claim.json");
            assertThat(claim).exists();
            first.crash();
            first.awaitExit(RUN_LIMIT);

            ManagedProcess second = federation.startServe(options());
            second.awaitOutput("run " + run + ": goes on after a restart", RUN_LIMIT);
            killed.countDown();
            requireCompleted(federation, run);
            second.awaitOutput("run " + run + ": completed", RUN_LIMIT);
            assertThat(claim).doesNotExist();

            String undisturbed = federation.flwr().run(app, "");
            requireCompleted(federation, undisturbed);
            assertSame(federation.state(), run, undisturbed);
        }
    }

    private static ClientApp client(TinyLlama trainer, CountDownLatch inSecondRound, CountDownLatch killed) {
        return OneNode.heldInRound(2, inSecondRound, killed, trainer.client(TinyLlama.benign(corpus)));
    }

    private static String[] options() {
        return new String[] {
            "--probe",
            TinyLlama.PROBE.toString(),
            "--initial-adapter",
            TinyLlama.INITIAL_ADAPTER.toString(),
            "--set",
            "safe-fedllm.local.steps=" + TinyLlama.STEPS,
            "--set",
            "strategy.min-available-nodes=1",
            "--set",
            "strategy.min-train-nodes=1"
        };
    }

    private static void requireCompleted(Federation federation, String run) {
        assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
    }

    private static void assertSame(Path state, String run, String undisturbed) throws IOException {
        assertThat(decisions(state, run)).hasSize(2 * ROUNDS).isEqualTo(decisions(state, undisturbed));
        for (int round = 1; round <= ROUNDS; round++) {
            String file = String.format(Locale.ROOT, "rounds/%06d/adapter_model.safetensors", round);
            assertThat(Files.readAllBytes(state.resolve(run).resolve(file)))
                    .as(file)
                    .isEqualTo(Files.readAllBytes(state.resolve(undisturbed).resolve(file)));
        }
        assertThat(RunFiles.read(state, run).rounds())
                .extracting(line -> line.path("skipped").asBoolean())
                .containsOnly(false);
    }

    /** The lines of clients and rounds. */
    private static List<JsonNode> decisions(Path state, String run) {
        return RunFiles.read(state, run).journal().stream()
                .filter(line -> !"run".equals(line.path("type").asText()))
                .map(line -> (JsonNode) ((ObjectNode) line).remove(NOT_COMPARED))
                .toList();
    }
}
