package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.it.harness.Await;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrCli;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of one SuperLink in one executor: under way at the same time, and each with files of its own. */
@ExtendWith(ProcessOutputOnFailure.class)
class ServeSeveralIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(3);
    private static final int ROUNDS = 2;

    @Test
    void serve_twoRunsAtOnce_completesBothApart(@TempDir Path directory) throws Exception {
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch bothRunning = new CountDownLatch(1);
        try (Federation federation = Federation.start(FlwrRelease.HTTP_ACQUIRE, directory);
                ClientAppRunner node = JvmSides.node(federation, OneNode.heldInRound(1, held, bothRunning), 0)) {
            new Thread(node::run, "node").start();
            federation.startServe(OneNode.options(directory, "--at-once", "2"));
            FlwrCli flwr = federation.flwr();
            List<String> runs =
                    List.of(flwr.run(app, "num-server-rounds=" + ROUNDS), flwr.run(app, "num-server-rounds=" + ROUNDS));

            awaitRunning(flwr, runs);
            assertThat(held.await(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            bothRunning.countDown();

            requireBothCompleted(federation, runs);
        }
    }

    /** An executor of other runs, which is there when the killed one comes back, shares the state directory and touches nothing. */
    @Test
    void serve_killedWithTwoRuns_goesOnWithBothBesideAnExecutorOfOtherRuns(@TempDir Path directory) throws Exception {
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        try (Federation federation = Federation.start(FlwrRelease.HTTP_ACQUIRE, directory);
                ClientAppRunner node = JvmSides.node(federation, OneNode.heldInRound(1, held, goesOn), 0)) {
            new Thread(node::run, "node").start();
            ManagedProcess killed = federation.startServe(OneNode.options(directory, "--at-once", "2"));
            FlwrCli flwr = federation.flwr();
            List<String> runs =
                    List.of(flwr.run(app, "num-server-rounds=" + ROUNDS), flwr.run(app, "num-server-rounds=" + ROUNDS));
            awaitRunning(flwr, runs);
            assertThat(held.await(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            killed.crash();
            killed.awaitExit(RUN_LIMIT);

            ManagedProcess other = federation.startServe(OneNode.options(directory, "--runs", "0".repeat(64)));
            ManagedProcess restarted = federation.startServe(OneNode.options(directory, "--at-once", "2"));
            for (String run : runs) {
                restarted.awaitOutput("run " + run + ": goes on after a restart", RUN_LIMIT);
            }
            goesOn.countDown();

            requireBothCompleted(federation, runs);
            assertThat(other.output()).doesNotContain("goes on after a restart");
        }
    }

    private static void awaitRunning(FlwrCli flwr, List<String> runs) {
        Await.until("both runs are running", RUN_LIMIT, () -> runs.stream()
                .allMatch(run -> flwr.status(run).status().equals("running")));
    }

    private static void requireBothCompleted(Federation federation, List<String> runs) throws Exception {
        for (String run : runs) {
            assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
            RunFiles files = RunFiles.read(federation.state(), run);
            assertThat(files.rounds()).hasSize(ROUNDS);
            assertThat(files.adapterAfter(ROUNDS).at(0)).isEqualTo(0.25f + ROUNDS);
        }
    }
}
