package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrCli;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which runs an executor takes, and what becomes of the others; the wires differ in what they show beforehand. */
@ExtendWith(ProcessOutputOnFailure.class)
class ServeRunsIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(2);
    private static final String OTHER_FAB_HASH = "0".repeat(64);
    private static final String FOREIGN_REASON = "raised by the app's own ServerApp";

    @Test
    void grpcClassic_foreignRun_isLeftToFlowersExecutor(@TempDir Path directory) {
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);

        try (Federation federation = Federation.start(FlwrRelease.GRPC_CLASSIC, directory)) {
            federation.startServe("--runs", "somebody/else");
            String run = federation.flwr().run(app, "fail-with=\"" + FOREIGN_REASON + "\"");
            federation.startPythonExecutor();

            assertThat(endOf(run, federation.flwr())).contains(FOREIGN_REASON);
        }
    }

    @Test
    void httpAcquire_foreignRun_isHandedToFlowersServerApp(@TempDir Path directory) {
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);

        try (Federation federation = Federation.start(FlwrRelease.HTTP_ACQUIRE, directory)) {
            federation.startServe(
                    "--runs", OTHER_FAB_HASH, "--python-serverapp", federation.pythonProgram("flwr-serverapp"));
            String run = federation.flwr().run(app, "fail-with=\"" + FOREIGN_REASON + "\"");

            assertThat(endOf(run, federation.flwr())).contains(FOREIGN_REASON);
        }
    }

    @Test
    void httpAcquire_foreignRunWithoutServerApp_failsWithWhatToDo(@TempDir Path directory) {
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);

        try (Federation federation = Federation.start(FlwrRelease.HTTP_ACQUIRE, directory)) {
            federation.startServe("--runs", OTHER_FAB_HASH);
            String run = federation.flwr().run(app, "");

            assertThat(endOf(run, federation.flwr())).contains("--python-serverapp");
            assertThat(federation.flwr().status(run).details()).contains("--python-serverapp");
        }
    }

    /** Waits for the failure that both tests provoke and returns the log of the run. */
    private static String endOf(String run, FlwrCli flwr) {
        assertThat(flwr.awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:failed");
        return flwr.log(run);
    }
}
