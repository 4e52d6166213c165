package io.safefedllm.probe.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RankAucTest {
    @Test
    void of_harmfulAllAbove_isOne() {
        assertThat(RankAuc.of(new double[] {2, 1}, new double[] {3, 4})).isEqualTo(1);
    }

    @Test
    void of_ties_countHalf() {
        assertThat(RankAuc.of(new double[] {1, 1, 2}, new double[] {1, 2})).isEqualTo((1 + 2.5) / 6);
    }

    @Test
    void of_noScoreOfAClass_isNotANumber() {
        assertThat(RankAuc.of(new double[0], new double[] {1})).isNaN();
    }
}
