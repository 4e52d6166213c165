package io.safefedllm.probe.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.feature.FeatureVector;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearFitTest {
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
}
