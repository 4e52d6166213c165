package io.safefedllm.strategy.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DrawsTest {

    @Test
    void permutation_anySize_holdsEveryNumberOnce() {
        assertThat(Draws.seeded(1).permutation(100)).hasSize(100).doesNotHaveDuplicates();
        assertThat(Draws.seeded(1).permutation(0)).isEmpty();
        assertThat(Draws.seeded(1).permutation(100)).isEqualTo(Draws.seeded(1).permutation(100));
        assertThat(Draws.seeded(1).permutation(100))
                .isNotEqualTo(Draws.seeded(2).permutation(100));
    }

    @Test
    void subset_members_areDistinctAscendingAndFairlyDrawn() {
        Draws draws = Draws.seeded(4);
        int[] hits = new int[10];
        for (int i = 0; i < 5000; i++) {
            int[] subset = draws.subset(10, 3);
            assertThat(subset).hasSize(3).isSorted().doesNotHaveDuplicates();
            for (int member : subset) {
                hits[member]++;
            }
        }

        for (int count : hits) {
            assertThat(count).isBetween(1350, 1650);
        }
        assertThat(draws.subset(5, 5)).containsExactly(0, 1, 2, 3, 4);
        assertThatIllegalArgumentException().isThrownBy(() -> draws.subset(5, 6));
    }

    @Test
    void gaussian_many_haveDeviationOne() {
        Draws draws = Draws.seeded(9);
        double squares = 0;
        for (int i = 0; i < 20_000; i++) {
            double value = draws.gaussian();
            squares += value * value;
        }

        assertThat(squares / 20_000).isCloseTo(1, within(0.05));
    }
}
