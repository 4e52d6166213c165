package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.NpzFile;
import io.safefedllm.it.harness.NpzFile.Tensor;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our node under Flower's own strategy: it answers like the Python node beside it. */
@ExtendWith(ProcessOutputOnFailure.class)
class PythonServerAppIT {

    private static final Duration RUN_LIMIT = Duration.ofMinutes(4);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final int PYTHON = 0;
    private static final int OURS = 1;
    private static final double PYTHON_EXAMPLES = 40;

    /** Flower's mean is summed in float32. */
    private static final Offset<Float> FLOAT_SUM_TOLERANCE = Offset.offset(1e-5f);

    @ParameterizedTest
    @MethodSource("io.safefedllm.it.Releases#everyTransport")
    void node_underFlowersFedAvg_isAveragedByItsExamples(FlwrRelease release, @TempDir Path directory)
            throws Exception {
        LoraAdapter initial = RunFiles.adapter(TinyLlama.INITIAL_ADAPTER);
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        TinyLlama.writeCorpus(corpus);
        NpzFile.write(directory.resolve("initial.npz"), RecordedUpdates.tensors(initial.layout(), initial::tensor));
        LoraAdapter expected;
        RecordedUpdates recorded;
        try (TinyLlama trainer = new TinyLlama()) {
            Path updates = Files.createDirectory(directory.resolve("updates"));
            recorded = RecordedUpdates.make(trainer, updates, TinyLlama.benign(corpus), initial, 1, 1);
            expected =
                    mean(recorded.reply(PYTHON, 1, initial), trainer.train(TinyLlama.benign(corpus), OURS, 1, initial));
        }

        try (Federation federation = Federation.start(release, directory)) {
            federation.startPythonExecutor();
            federation.startPythonNode("python-0", recorded.nodeConfig(PYTHON));
            ManagedProcess node = federation.startNode("ours", TinyLlama.nodeOptions(TinyLlama.benign(corpus), OURS));
            String run = federation.flwr().run(FlowerApp.copy("recorded-updates", directory), runConfig(directory));

            assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
            assertThat(federation.flwr().log(run)).contains("ROUNDS WITH METRICS [1]");
            node.interrupt();
            assertThat(node.awaitExit(END_LIMIT)).isZero();
        }

        Map<String, Tensor> last = NpzFile.read(directory.resolve("final.npz"));
        assertThat(last).hasSameSizeAs(expected.layout().tensors());
        for (TensorSpec tensor : expected.layout().tensors()) {
            assertThat(Objects.requireNonNull(last.get(tensor.name())).toArray())
                    .as(tensor.name())
                    .containsExactly(expected.tensor(tensor.name()), FLOAT_SUM_TOLERANCE);
        }
    }

    private static LoraAdapter mean(LoraAdapter python, LoraAdapter ours) {
        float[] mean = new float[python.layout().size()];
        for (int i = 0; i < mean.length; i++) {
            double sum = PYTHON_EXAMPLES * python.at(i) + TinyLlama.EXAMPLES * (double) ours.at(i);
            mean[i] = (float) (sum / (PYTHON_EXAMPLES + TinyLlama.EXAMPLES));
        }
        return LoraAdapter.wrap(python.layout(), mean);
    }

    private static String runConfig(Path directory) {
        return "num-server-rounds=1 initial-arrays=\"%s\" final-arrays=\"%s\""
                .formatted(directory.resolve("initial.npz"), directory.resolve("final.npz"));
    }
}
