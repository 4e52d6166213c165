package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.docs.DeliberateDifferences;
import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.it.harness.Await;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.NpzFile;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.it.relay.Course;
import io.safefedllm.it.relay.CourseDifference;
import io.safefedllm.it.relay.Relay;
import io.safefedllm.it.relay.Transcript;
import io.safefedllm.probe.lora.LoraAdapter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code serve} says to a SuperLink in a run of two rounds, beside what Flower's own executor says with its FedAvg. */
@ExtendWith(ProcessOutputOnFailure.class)
class TranscriptIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(4);

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#all")
    void serve_besideFlowersExecutor_differsWhereDocumentedOnly(FlwrRelease release, @TempDir Path directory)
            throws Exception {
        LoraAdapter initial = RunFiles.adapter(SmallAdapter.write(directory.resolve("adapter")));
        NpzFile.write(directory.resolve("initial.npz"), RecordedUpdates.tensors(initial.layout(), initial::tensor));
        String[] options = OneNode.options(directory, "--once");
        FlowerApp app = FlowerApp.copy("recorded-updates", directory);
        Transcript flower;
        Transcript ours;
        try (Federation federation = Federation.start(release, directory);
                ClientAppRunner node = JvmSides.node(federation, OneNode.addsOne(), 0)) {
            new Thread(node::run, "node").start();
            flower = play(federation, app, federation::startPythonExecutor);
            ours = play(federation, app, address -> federation.startServeAt(address, options));
        }

        assertThat(CourseDifference.between(Course.of(flower.calls()), Course.of(ours.calls())))
                .containsExactlyElementsOf(DeliberateDifferences.documented(release.version()));
        assertThat(flower.beatsBeforeItSends()).isTrue();
        assertThat(ours.beatsBeforeItSends()).isTrue();
        assertThat(ours.logsBeforeItEnds()).isTrue();
    }

    private static Transcript play(Federation federation, FlowerApp app, Function<String, ManagedProcess> executor) {
        String generation = federation.release().executorGeneration();
        try (Relay relay = Relay.open(federation.link().executorAddress(), generation);
                ManagedProcess process = executor.apply(relay.address())) {
            federation.flwr().run(app, runConfig(app.directory().resolveSibling("initial.npz")));
            Await.until(
                    "the run ends completed, or its executor",
                    RUN_LIMIT,
                    () -> relay.transcript().isOver() || !process.isAlive());
            assertThat(relay.transcript().isOver()).isTrue();
            return relay.transcript();
        }
    }

    private static String runConfig(Path initial) {
        return "num-server-rounds=2 min-available-nodes=1 initial-arrays=\"%s\" final-arrays=\"%s\""
                .formatted(initial, initial.resolveSibling("final.npz"));
    }
}
