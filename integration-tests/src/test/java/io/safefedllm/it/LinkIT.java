package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.it.harness.Await;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrCli;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.NpzFile;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The apps of {@link SumApps}, unchanged over every link: embedded, and both wires with a Python node beside ours. */
@ExtendWith(ProcessOutputOnFailure.class)
class LinkIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(2);

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void apps_embeddedAndOnTheWire_giveTheSame(FlwrRelease release, @TempDir Path directory) throws Exception {
        SumApps.Server embedded = new SumApps.Server(2);
        RunOutcome outcome = EmbeddedFederation.builder()
                .node(2, Map.of(), SumApps.addsOne())
                .node(3, Map.of(), SumApps.addsOne())
                .run(embedded);
        assertThat(outcome.reason()).isEmpty();

        Path updates = Files.createDirectory(directory.resolve("updates"));
        NpzFile.write(updates.resolve("node-0-round-1-later.npz"), SumApps.ones());
        SumApps.Server server = new SumApps.Server(2);
        try (Federation federation = Federation.start(release, directory);
                ClientAppRunner node = JvmSides.node(federation, SumApps.addsOne(), 1)) {
            new Thread(node::run, "node").start();
            federation.startPythonNode("node-0", "partition-id=0 updates=\"" + updates + "\"");
            CompletableFuture<RunOutcome> served = JvmSides.serveOnce(federation, server);
            String run = federation.flwr().run(FlowerApp.copy("recorded-updates", directory), "");

            assertThat(served.get(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS).status())
                    .isEqualTo(RunStatus.COMPLETED);
            assertThat(federation.flwr().status(run).status()).isEqualTo("finished:completed");
            assertThat(federation.flwr().log(run)).contains("all nodes have answered");
        }

        assertThat(server.sums()).isEqualTo(embedded.sums());
        assertThat(server.errors()).hasSize(2).anySatisfy(error -> assertThat(error)
                .contains(SumApps.REFUSAL));
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void executor_appThrowsOrUserStops_endsTheRunAccordingly(FlwrRelease release, @TempDir Path directory)
            throws Exception {
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);
        try (Federation federation = Federation.start(release, directory)) {
            FlwrCli flwr = federation.flwr();

            CompletableFuture<RunOutcome> failing = JvmSides.serveOnce(federation, (grid, context) -> {
                throw new IllegalStateException("no adapter today");
            });
            String failed = flwr.run(app, "");
            assertThat(failing.get(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS).status())
                    .isEqualTo(RunStatus.FAILED);
            assertThat(flwr.status(failed).status()).isEqualTo("finished:failed");
            assertThat(flwr.log(failed)).contains("no adapter today");

            CompletableFuture<RunOutcome> waiting = JvmSides.serveOnce(federation, new SumApps.Server(1));
            String stopped = flwr.run(app, "");
            Await.until("the run is running", RUN_LIMIT, () -> flwr.status(stopped)
                    .status()
                    .equals("running"));
            flwr.stop(stopped);
            assertThat(waiting.get(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS).status())
                    .isEqualTo(RunStatus.STOPPED);
            assertThat(flwr.status(stopped).status()).isEqualTo("finished:stopped");
        }
    }
}
