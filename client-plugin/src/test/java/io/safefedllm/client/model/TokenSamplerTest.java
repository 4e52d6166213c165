package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.client.checkpoint.CheckpointException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSamplerTest {
    private static final int DRAWS = 20_000;
    private static final double SHARE_TOLERANCE = 0.02;

    /** Scores of probabilities 0.1, 0.4, 0.3, 0.2 after one that is not looked at. */
    private static final float[] SCORES = {9, log(0.1), log(0.4), log(0.3), log(0.2)};

    private static float log(double value) {
        return (float) Math.log(value);
    }

    private static double[] shares(double temperature, int topK, double topP) {
        TokenSampler sampler = new TokenSampler(new Sampling(temperature, topK, topP, 0));
        SplittableRandom dice = new SplittableRandom(5);
        double[] shares = new double[4];
        for (int i = 0; i < DRAWS; i++) {
            shares[sampler.choose(SCORES, 1, 4, dice)] += 1.0 / DRAWS;
        }
        return shares;
    }

    @Test
    void choose_temperatureOne_drawsByProbability() {
        assertThat(shares(1, 0, 1)).containsExactly(new double[] {0.1, 0.4, 0.3, 0.2}, within(SHARE_TOLERANCE));
    }

    @Test
    void choose_lowTemperature_sharpens() {
        double all = 0.01 + 0.16 + 0.09 + 0.04;

        assertThat(shares(0.5, 0, 1))
                .containsExactly(
                        new double[] {0.01 / all, 0.16 / all, 0.09 / all, 0.04 / all}, within(SHARE_TOLERANCE));
    }

    @Test
    void choose_topK_leavesTheOthersOut() {
        assertThat(shares(1, 2, 1)).containsExactly(new double[] {0, 4 / 7.0, 3 / 7.0, 0}, within(SHARE_TOLERANCE));
    }

    @Test
    void choose_topP_keepsTheFewestThatReachIt() {
        assertThat(shares(1, 0, 0.6)).containsExactly(new double[] {0, 4 / 7.0, 3 / 7.0, 0}, within(SHARE_TOLERANCE));
        assertThat(shares(1, 0, 0.3)).containsExactly(new double[] {0, 1, 0, 0}, within(SHARE_TOLERANCE));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void choose_scoreThatIsNoNumber_isRefused(float score) {
        TokenSampler sampler = new TokenSampler(new Sampling(1, 1, 1, 0));

        assertThatThrownBy(() -> sampler.choose(new float[] {0, 1, score}, 0, 3, new SplittableRandom(5)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(String.valueOf(score));
        assertThat(sampler.choose(new float[] {0, 1, score}, 0, 2, new SplittableRandom(5)))
                .isEqualTo(1);
    }

    @Test
    void sampling_numbersOutOfRange_areRefused() {
        assertThatThrownBy(() -> new Sampling(Double.NaN, 0, 1, 0)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> new Sampling(-1, 0, 1, 0)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> new Sampling(1, -1, 1, 0)).hasMessageContaining("top-k");
        assertThatThrownBy(() -> new Sampling(1, 0, 0, 0)).hasMessageContaining("top-p");
        assertThatThrownBy(() -> new Sampling(1, 0, 1.1, 0)).hasMessageContaining("top-p");
    }
}
