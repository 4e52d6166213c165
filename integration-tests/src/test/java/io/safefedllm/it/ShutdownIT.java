package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, which an operating system sends that shuts down: the platform hears of it, and nothing that was finished is lost. */
@ExtendWith(ProcessOutputOnFailure.class)
class ShutdownIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Longer than the process may take, shorter than a SuperLink waits for a node that does not sign off. */
    private static final Duration END_LIMIT = Duration.ofSeconds(45);

    private static final int INTERRUPTED = 130;

    @Test
    void serve_terminatedInTheSecondRound_reportsTheRunStoppedAndKeepsTheFirst(@TempDir Path directory)
            throws Exception {
        CountDownLatch inSecondRound = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (Federation federation = Federation.start(FlwrRelease.GRPC_CLASSIC, directory);
                ClientAppRunner node = JvmSides.node(federation, OneNode.heldInRound(2, inSecondRound, released), 0)) {
            new Thread(node::run, "node").start();
            ManagedProcess serve = federation.startServe(OneNode.options(directory));
            String run = federation.flwr().run(FlowerApp.copy("recorded-updates", directory), "");
            assertThat(inSecondRound.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            serve.terminate();

            assertThat(serve.awaitExit(END_LIMIT)).isEqualTo(INTERRUPTED);
            assertThat(serve.output()).contains("run " + run + ": stopped").doesNotContain("\tat ");
            assertThat(federation.flwr().status(run).status()).isEqualTo("finished:stopped");
            assertThat(RunFiles.read(federation.state(), run).rounds()).hasSize(1);
            assertThat(RunFiles.read(federation.state(), run).adapterAfter(1).at(0))
                    .isEqualTo(1.25f);
            released.countDown();
        }
    }

    @Test
    void node_terminated_leavesTheFederation(@TempDir Path directory) throws Exception {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        TinyLlama.writeCorpus(corpus);
        CountDownLatch online = new CountDownLatch(1);
        try (Federation federation = Federation.start(FlwrRelease.HTTP_ACQUIRE, directory)) {
            ManagedProcess node = federation.startNode("ours", TinyLlama.nodeOptions(TinyLlama.benign(corpus), 0));
            node.awaitOutput("is online", LIMIT);
            CompletableFuture<RunOutcome> run = untilTheNodeHasGone(federation, online);
            federation.flwr().run(FlowerApp.copy("recorded-updates", directory), "");
            assertThat(online.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            node.terminate();

            assertThat(node.awaitExit(END_LIMIT)).isZero();
            assertThat(run.get(END_LIMIT.toSeconds(), TimeUnit.SECONDS).reason())
                    .isEmpty();
        }
    }

    private static CompletableFuture<RunOutcome> untilTheNodeHasGone(Federation federation, CountDownLatch online) {
        return JvmSides.serveOnce(federation, (grid, context) -> {
            while (grid.nodeIds().isEmpty()) {
                Thread.sleep(50);
            }
            online.countDown();
            while (!grid.nodeIds().isEmpty()) {
                Thread.sleep(50);
            }
        });
    }
}
