package io.safefedllm.lab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WeightMetricsTest {
    private static final ClientWeight HOSTILE = new ClientWeight(true, true, 0.5, 40, true);
    private static final ClientWeight HONEST = new ClientWeight(false, false, 1.0, 80, false);
    private static final ClientWeight SILENT = new ClientWeight(false, false, 0.0, 0, true);

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
    void attackingWeightShare_clientsThatWait_doNotCount() {
        ClientWeight waiting = new ClientWeight(true, false, 1, 40, false);
        List<RoundWeights> rounds = List.of(
                new RoundWeights(false, List.of(waiting, HONEST)),
                new RoundWeights(false, List.of(HOSTILE, waiting, HONEST)),
                new RoundWeights(true, List.of(HOSTILE, SILENT)));

        assertThat(WeightMetrics.attackingWeightShare(rounds)).isEqualTo(40.0 / 160.0);
        assertThat(WeightMetrics.attackingWeightShare(rounds.subList(0, 1))).isZero();
    }

    @Test
    void falseAlarmShare_hostileClients_doNotCount() {
        List<RoundWeights> rounds = List.of(
                new RoundWeights(false, List.of(HOSTILE, HONEST, HONEST)),
                new RoundWeights(true, List.of(HOSTILE, SILENT, HONEST)));

        assertThat(WeightMetrics.falseAlarmShare(rounds)).isEqualTo(0.25);
        assertThat(WeightMetrics.falseAlarmShare(List.of())).isZero();
    }

    @Test
    void clientWeight_notANumber_isRefused() {
        assertThatThrownBy(() -> new ClientWeight(true, true, Double.NaN, 0, false))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new ClientWeight(true, true, 0, Double.NaN, false))
                .hasMessageContaining("NaN");
    }
}
