package io.safefedllm.probe.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConformalQuantileTest {
    @Test
    void threshold_99Scores_isJustAboveTheLargest() {
        double[] scores = new double[99];
        scores[40] = 0.25;

        assertThat(onePercent().threshold(Map.of("a", scores))).isEqualTo(Math.nextUp(0.25f));
    }

    @Test
    void threshold_scoresGiven_areNotReordered() {
        double[] scores = new double[99];
        scores[0] = 0.5;

        double threshold = onePercent().threshold(Map.of("a", scores));

        assertThat(threshold).isGreaterThan(0.5);
        assertThat(scores[0]).isEqualTo(0.5);
    }

    @Test
    void threshold_largestQuantileIsOne_isRefused() {
        double[] scores = new double[99];
        Arrays.fill(scores, 1);

        assertThatThrownBy(() -> onePercent().threshold(Map.of("a", new double[99], "b", scores)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("a benign source scores 1.0 at the quantile");
    }

    @Test
    void threshold_noSource_isRefused() {
        assertThatThrownBy(() -> onePercent().threshold(Map.of())).isInstanceOf(CalibrationException.class);
        assertThatThrownBy(() -> new ConformalQuantile(CalibrationMode.POOLED, 0.01).threshold(Map.of()))
                .isInstanceOf(CalibrationException.class);
    }

    @ParameterizedTest
    @CsvSource({"0.01, 99", "0.05, 19", "0.1, 9", "0.3, 3", "0.5, 1"})
    void minScores_budget_isTheFewestThatWork(double alpha, int fewest) {
        ConformalQuantile quantile = new ConformalQuantile(CalibrationMode.MAX_SOURCE, alpha);

        assertThat(quantile.minScores()).isEqualTo(fewest);
        assertThat(quantile.largest(Map.of("a", new double[fewest]))).isZero();
        assertThatThrownBy(() -> quantile.largest(Map.of("a", new double[fewest - 1])))
                .isInstanceOf(CalibrationException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
    void new_alphaOutsideItsRange_isRefused(double alpha) {
        assertThatThrownBy(() -> new ConformalQuantile(CalibrationMode.POOLED, alpha))
                .hasMessage("alpha must be in (0, 1) but was " + alpha);
    }

    /** Coverage over 2000 seeded draws: at most alpha on average, with three standard errors of slack. */
    @Test
    void threshold_freshScoresOfTheSameSource_exceedItWithinTheBudget() {
        SplittableRandom random = new SplittableRandom(5);
        ConformalQuantile quantile = new ConformalQuantile(CalibrationMode.MAX_SOURCE, 0.05);
        int alarms = 0;
        for (int trial = 0; trial < 2000; trial++) {
            double[] scores = random.doubles(40).map(value -> (float) value).toArray();
            alarms += (float) random.nextDouble() >= quantile.threshold(Map.of("a", scores)) ? 1 : 0;
        }

        assertThat(alarms / 2000.0).isLessThan(0.05 + 3 * Math.sqrt(0.05 * 0.95 / 2000));
    }

    @Test
    void threshold_fewerScoresThanAskedFor_isRefused() {
        ConformalQuantile more = new ConformalQuantile(CalibrationMode.POOLED, 0.5, 4);

        assertThat(more.minScores()).isEqualTo(4);
        assertThat(new ConformalQuantile(CalibrationMode.POOLED, 0.01, 4).minScores())
                .isEqualTo(99);
        assertThatThrownBy(() -> more.largest(Map.of("a", new double[] {0.1, 0.2, 0.3})))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("needs at least 4");
        assertThat(more.largest(Map.of("a", new double[] {0.1, 0.2, 0.3, 0.4}))).isEqualTo(0.3);
        assertThatThrownBy(() -> new ConformalQuantile(CalibrationMode.POOLED, 0.5, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ConformalQuantile onePercent() {
        return new ConformalQuantile(CalibrationMode.MAX_SOURCE, 0.01);
    }
}
