package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrCli;
import io.safefedllm.it.harness.FlwrCli.RunStatus;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the settings of a run come from, and what the person who started a run hears when it cannot go on. */
@ExtendWith(ProcessOutputOnFailure.class)
class ServeSettingsIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(2);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#all")
    void serve_settingsOfFourLayers_strongestWinsAndFailuresAreReported(FlwrRelease release, @TempDir Path directory)
            throws IOException {
        Path config = Files.writeString(
                directory.resolve("deployment.toml"),
                """
                [safe-fedllm]
                level = "none"
                skip-threshold = 0.11
                min-weight = 0.11
                seed = 11
                round.min-replies = 11
                round.timeout-seconds = 1
                """);
        FlowerApp app = FlowerApp.copy("recorded-updates", Files.createDirectory(directory.resolve("good")))
                .declare("safe-fedllm.seed = 13")
                .declare("safe-fedllm.round.min-replies = 13");
        FlowerApp misspelt = FlowerApp.copy("recorded-updates", Files.createDirectory(directory.resolve("misspelt")))
                .declare("safe-fedllm.levle = \"shadow\"");

        try (Federation federation = Federation.start(release, directory)) {
            ManagedProcess serve = federation.startServe(
                    "--config",
                    config.toString(),
                    "--initial-adapter",
                    SmallAdapter.write(directory.resolve("adapter")).toString(),
                    "--set",
                    "safe-fedllm.min-weight=0.12",
                    "--set",
                    "safe-fedllm.seed=12",
                    "--set",
                    "safe-fedllm.round.min-replies=12");

            String lonely = federation.flwr().run(app, "safe-fedllm.round.min-replies=14");
            assertThat(reason(federation.flwr(), lonely)).contains("nodes");
            JsonNode settings =
                    RunFiles.read(federation.state(), lonely).journal().get(0).path("settings");
            assertThat(settings.path("safe-fedllm.skip-threshold").asDouble()).isEqualTo(0.11);
            assertThat(settings.path("safe-fedllm.min-weight").asDouble()).isEqualTo(0.12);
            assertThat(settings.path("safe-fedllm.seed").asInt()).isEqualTo(13);
            assertThat(settings.path("safe-fedllm.round.min-replies").asInt()).isEqualTo(14);

            String unknown = federation.flwr().run(misspelt, "");
            assertThat(reason(federation.flwr(), unknown))
                    .contains("unknown setting 'safe-fedllm.levle'")
                    .contains("skip-threshold");

            serve.interrupt();
            assertThat(serve.awaitExit(END_LIMIT)).isZero();
            assertThat(serve.output()).doesNotContain("\tat ");
        }
    }

    /** Waits for a run that has to fail and returns its log, which ends with the reason in every release. */
    private static String reason(FlwrCli flwr, String run) {
        RunStatus status = flwr.awaitFinished(run, RUN_LIMIT);
        assertThat(status.status()).isEqualTo("finished:failed");
        String log = flwr.log(run);
        if (!status.details().isEmpty()) {
            assertThat(log).contains(status.details());
        }
        return log;
    }
}
