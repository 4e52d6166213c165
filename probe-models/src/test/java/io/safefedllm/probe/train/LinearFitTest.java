package io.safefedllm.probe.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.Golden;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.feature.FeatureVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearFitTest {
    @ParameterizedTest
    @ValueSource(strings = {"small", "imbalanced", "early-stop", "default-recipe"})
    void run_goldenTraining_agrees(String id) {
        Golden golden = Golden.defence("probe-train-" + id);
        FitData data = data(golden);
        List<Double> losses = new ArrayList<>();
        JsonNode after = golden.expected("after_epoch");

        FitResult result;
        try (NDManager manager = DjlDevice.resolve(ComputeDevice.CPU).newManager()) {
            LinearFit fit = new LinearFit(manager, data, start(golden), plan(golden));
            result = fit.run(epoch -> Golden.ints(golden.input("orders").get(epoch)), (epoch, parameters, loss) -> {
                losses.add(loss);
                if (after.has(Integer.toString(epoch))) {
                    assertAgrees(golden, "epoch " + epoch, parameters, after.get(Integer.toString(epoch)));
                }
            });
        }

        assertThat(result.epochs()).isEqualTo(golden.expected("epochs_run").asInt());
        golden.assertAgrees(
                "validation loss",
                losses.stream().mapToDouble(loss -> loss).toArray(),
                Golden.doubles(golden.expected("val_loss")));
        assertAgrees(golden, "final", result.parameters(), golden.expected("final"));
    }

    /** With a gradient of -5e-9 the step is lr/3 when epsilon is added after the correction of the second moment. */
    @Test
    void run_tinyGradient_addsEpsilonAfterTheCorrection() {
        List<FeatureVector> features =
                List.of(FeatureVector.copyOf(new float[] {2e-8f}, 1), FeatureVector.copyOf(new float[] {0}, 1));
        FitData data = new FitData(features, new boolean[] {true, false}, new int[] {0, 1}, new int[] {0, 1});
        ProbeTrainingPlan plan = new ProbeTrainingPlan(0.01, 0, 256, 1, 15, 1e-4, 0.5, 0.1, false, 0);

        try (NDManager manager = DjlDevice.resolve(ComputeDevice.CPU).newManager()) {
            FitResult result = new LinearFit(manager, data, new float[2], plan)
                    .run(epoch -> new int[] {0, 1}, (epoch, parameters, loss) -> {});

            assertThat(result.parameters()[0]).isCloseTo(0.01f / 3, within(1e-6f));
        }
    }

    private static void assertAgrees(Golden golden, String what, float[] parameters, JsonNode expected) {
        golden.assertAgrees(what, Golden.widened(parameters), Golden.doubles(expected));
    }

    private static FitData data(Golden golden) {
        List<FeatureVector> features = new ArrayList<>();
        golden.input("X").forEach(row -> features.add(FeatureVector.copyOf(Golden.floats(row), 1)));
        boolean[] harmful = new boolean[features.size()];
        for (int i = 0; i < harmful.length; i++) {
            harmful[i] = golden.input("y").get(i).asDouble() == 1;
        }
        int[] permutation = Golden.ints(golden.input("permutation"));
        int held = (permutation.length + 9) / 10;
        int[] validation = Arrays.copyOf(permutation, held);
        int[] training = Arrays.copyOfRange(permutation, held, permutation.length);
        return new FitData(features, harmful, training, validation);
    }

    private static float[] start(Golden golden) {
        float[] weights = Golden.floats(golden.input("weight0"));
        float[] start = Arrays.copyOf(weights, weights.length + 1);
        start[weights.length] = (float) golden.input("bias0").asDouble();
        return start;
    }

    private static ProbeTrainingPlan plan(Golden golden) {
        return new ProbeTrainingPlan(
                golden.input("learning_rate").asDouble(),
                golden.input("weight_decay").asDouble(),
                golden.input("batch_size").asInt(),
                golden.input("orders").size(),
                golden.input("patience").asInt(),
                golden.input("min_delta").asDouble(),
                golden.input("grad_clip").asDouble(),
                0.1,
                false,
                0);
    }
}
