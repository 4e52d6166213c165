package io.safefedllm.lab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PreferenceMetricsTest {
    private static final double TOLERANCE = 1e-12;

    @Test
    void pairedSafePercent_comparesEachQuestionsRepliesAndATieIsNotSafe() {
        double[] wanted = {1.0, 2.0, 3.0, 2.5};
        double[] unwanted = {1.5, 1.9, 3.0, 9.0};

        assertThat(PreferenceMetrics.pairedSafePercent(wanted, unwanted)).isEqualTo(50.0);
    }

    @Test
    void unpairedSafePercent_comparesWithTheMedian() {
        assertThat(PreferenceMetrics.unpairedSafePercent(
                        new double[] {9.0, 1.0, 2.0}, new double[] {2.0, 2.1, 1.0, 3.0}))
                .isEqualTo(50.0);
        assertThat(PreferenceMetrics.unpairedSafePercent(new double[] {4.0, 1.0}, new double[] {2.4, 2.6}))
                .isEqualTo(50.0);
    }

    @Test
    void utilityPercent_isTheProbabilityOfAToken() {
        double half = Math.log(2);

        assertThat(PreferenceMetrics.utilityPercent(new double[] {half, half})).isCloseTo(50.0, within(TOLERANCE));
        assertThat(PreferenceMetrics.utilityPercent(new double[] {0, 2 * half})).isCloseTo(50.0, within(TOLERANCE));
        assertThat(PreferenceMetrics.utilityPercent(new double[] {0})).isEqualTo(100.0);
    }

    @Test
    void metrics_withoutReplies_areRefused() {
        double[] none = {};
        double[] one = {1};

        assertThatThrownBy(() -> PreferenceMetrics.pairedSafePercent(none, none))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PreferenceMetrics.unpairedSafePercent(one, none))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PreferenceMetrics.utilityPercent(none)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PreferenceMetrics.pairedSafePercent(one, new double[2]))
                .hasMessageContaining("1 wanted and 2 unwanted");
    }
}
