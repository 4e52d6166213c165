package io.safefedllm.probe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearProbeTest {
    private static final FeatureKeys TWO =
            new FeatureKeys(ViewSelector.FIRST_B, 0, List.of("layers.0.lora_B.weight"), List.of(2));

    @Test
    void score_hugeLogits_saturateWithoutOverflow() {
        LinearProbe probe = LinearProbe.copyOf(TWO, Normalisation.L2, new float[] {3e38f, -3e38f}, 0);

        assertThat(probe.score(FeatureVector.copyOf(new float[] {1, 0}, 1)).value())
                .isEqualTo(1);
        assertThat(probe.score(FeatureVector.copyOf(new float[] {0, 1}, 1)).value())
                .isZero();
    }

    @Test
    void logit_cancellingTerms_areSummedInBinary64() {
        LinearProbe probe = LinearProbe.copyOf(TWO, Normalisation.L2, new float[] {1e8f, 1}, -1e8f);

        assertThat(probe.logit(FeatureVector.copyOf(new float[] {1, 1}, 1))).isEqualTo(1);
    }

    @Test
    void logit_featureOfAnotherView_isRefused() {
        LinearProbe probe = LinearProbe.copyOf(TWO, Normalisation.L2, new float[2], 0);

        assertThatThrownBy(() -> probe.logit(FeatureVector.copyOf(new float[3], 1)))
                .hasMessage("the probe needs a feature of 2 elements but got 3");
    }

    @Test
    void copyOf_parameterNotFinite_isRefused() {
        float[] weights = {1, Float.NaN};

        assertThatThrownBy(() -> LinearProbe.copyOf(TWO, Normalisation.L2, weights, 0))
                .hasMessage("the parameters of a probe must be finite");
        assertThatThrownBy(() -> LinearProbe.copyOf(TWO, Normalisation.L2, new float[2], Float.POSITIVE_INFINITY))
                .hasMessage("the parameters of a probe must be finite");
    }

    @Test
    void copyOf_arrayChangedAfterwards_keepsItsWeights() {
        float[] weights = {1, 2};
        LinearProbe probe = LinearProbe.copyOf(TWO, Normalisation.L2, weights, 0);

        Arrays.fill(weights, 9);

        assertThat(probe.weights()).containsExactly(1, 2);
    }
}
