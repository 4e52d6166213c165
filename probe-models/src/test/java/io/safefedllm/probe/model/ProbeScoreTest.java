package io.safefedllm.probe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeScoreTest {
    @ParameterizedTest
    @ValueSource(strings = {"probe-threshold-edge", "probe-threshold-edge-half"})
    void isMaliciousAt_goldenEdge_agrees(String id) {
        Golden golden = Golden.defence(id);
        double threshold = golden.input("threshold").asDouble();
        double[] scores = Golden.doubles(golden.input("prob"));
        boolean[] harmful = new boolean[scores.length];

        for (int i = 0; i < scores.length; i++) {
            harmful[i] = new ProbeScore(scores[i]).isMaliciousAt(threshold);
        }

        assertThat(harmful).isEqualTo(Golden.booleans(golden.expected("harmful")));
    }

    @Test
    void scaledFor_goldenThresholds_agrees() {
        Golden golden = Golden.defence("hardened-view-scale");
        double[] thresholds = Golden.doubles(golden.input("thresholds"));
        double[] scores = Golden.doubles(golden.input("scores"));

        for (int row = 0; row < thresholds.length; row++) {
            double[] scaled = new double[scores.length];
            boolean[] harmful = new boolean[scores.length];
            for (int i = 0; i < scores.length; i++) {
                scaled[i] = new ProbeScore(scores[i]).scaledFor(thresholds[row]);
                harmful[i] = new ProbeScore(scores[i]).isMaliciousAt(thresholds[row]);
            }
            golden.assertAgrees(
                    "scaled", scaled, Golden.doubles(golden.expected("scaled").get(row)));
            assertThat(harmful)
                    .isEqualTo(Golden.booleans(golden.expected("harmful").get(row)));
        }
    }

    @Test
    void ofLogit_anyLogit_isRoundedToBinary32() {
        double value = ProbeScore.ofLogit(0.3).value();

        assertThat(value).isEqualTo((float) (1 / (1 + Math.exp(-0.3))));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1e-9, 1.0000001, Double.POSITIVE_INFINITY})
    void new_valueOutsideUnitInterval_isRefused(double value) {
        assertThatThrownBy(() -> new ProbeScore(value))
                .hasMessageStartingWith("probe score must be in [0, 1] but was ");
    }
}
