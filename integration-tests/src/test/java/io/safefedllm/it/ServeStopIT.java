package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that its user stops while a node is at work in the second round. */
@ExtendWith(ProcessOutputOnFailure.class)
class ServeStopIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(2);

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#all")
    void serve_runStoppedByItsUser_endsCleanly(FlwrRelease release, @TempDir Path directory) throws Exception {
        CountDownLatch inSecondRound = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (Federation federation = Federation.start(release, directory);
                ClientAppRunner node = JvmSides.node(federation, OneNode.heldInRound(2, inSecondRound, released), 0)) {
            new Thread(node::run, "node").start();
            ManagedProcess serve = federation.startServe(OneNode.options(directory, "--once"));
            String run = federation.flwr().run(FlowerApp.copy("recorded-updates", directory), "");
            assertThat(inSecondRound.await(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            federation.flwr().stop(run);

            assertThat(serve.awaitExit(RUN_LIMIT)).isEqualTo(1);
            assertThat(serve.output()).contains(run + " was stopped").doesNotContain("\tat ");
            assertThat(federation.flwr().status(run).status()).isEqualTo("finished:stopped");
            assertThat(RunFiles.read(federation.state(), run).journal())
                    .extracting(line -> line.path("type").asText())
                    .containsExactly("run", "client", "round");
            assertThat(RunFiles.read(federation.state(), run).adapterAfter(1).at(0))
                    .isEqualTo(1.25f);
            released.countDown();
        }
    }
}
