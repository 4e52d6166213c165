package io.safefedllm.lab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WeightMetricsTest {
    private static final ClientWeight HOSTILE = new ClientWeight(true, 0.5, 40);
    private static final ClientWeight HONEST = new ClientWeight(false, 1.0, 80);
    private static final ClientWeight SILENT = new ClientWeight(false, 0.0, 0);

    @Test
    void hostileWeightShare_skippedRounds_doNotCount() {
        List<RoundWeights> rounds = List.of(
                new RoundWeights(false, List.of(HOSTILE, HONEST)),
                new RoundWeights(true, List.of(HOSTILE, SILENT)),
                new RoundWeights(false, List.of(HONEST, HONEST)));

        assertThat(WeightMetrics.hostileWeightShare(rounds)).isEqualTo((40.0 / 120.0) / 2);
    }

    @Test
    void hostileWeightShare_allSkipped_isZero() {
        assertThat(WeightMetrics.hostileWeightShare(List.of(new RoundWeights(true, List.of(HOSTILE)))))
                .isZero();
        assertThat(WeightMetrics.hostileWeightShare(List.of())).isZero();
    }

    @Test
    void honestWeightMean_skippedRounds_count() {
        List<RoundWeights> rounds = List.of(
                new RoundWeights(false, List.of(HOSTILE, HONEST)), new RoundWeights(true, List.of(HOSTILE, SILENT)));

        assertThat(WeightMetrics.honestWeightMean(rounds)).isEqualTo(0.5);
    }

    @Test
    void clientWeight_notANumber_isRefused() {
        assertThatThrownBy(() -> new ClientWeight(true, Double.NaN, 0)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new ClientWeight(true, 0, Double.NaN)).hasMessageContaining("NaN");
    }
}
