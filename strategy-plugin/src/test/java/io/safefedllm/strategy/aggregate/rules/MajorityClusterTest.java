package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MajorityClusterTest {

    @Test
    void of_oneOrTwoPoints_takesAll() {
        assertThat(cluster(new double[] {1}, 5)).containsExactly(0);
        assertThat(cluster(new double[] {1, 1}, 0, 9)).containsExactly(0, 1);
        assertThat(cluster(new double[] {3, 1}, 0, 9)).containsExactly(0, 1);
    }

    @Test
    void of_tightMajority_leavesTheOthersOut() {
        assertThat(cluster(Inputs.ones(5), 0, 50, 0.1, 51, 0.3)).containsExactly(0, 2, 4);
    }

    @Test
    void of_halfOfTheMass_isNotEnough() {
        assertThat(cluster(Inputs.ones(4), 0, 0.1, 5, 90)).containsExactly(0, 1, 2);
    }

    @Test
    void of_equalLengths_areJoinedTogetherBeforeTheTest() {
        assertThat(cluster(Inputs.ones(5), 0, 1, 2, 3, 4)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void of_mass_countsInPlaceOfRows() {
        assertThat(cluster(new double[] {1, 1, 1, 4}, 0, 0.1, 0.2, 1)).containsExactly(3);
        assertThat(cluster(new double[] {1, 1, 1, 2.9}, 0, 0.1, 0.2, 1)).containsExactly(0, 1, 2);
    }

    private static int[] cluster(double[] weights, double... places) {
        double[][] points =
                Arrays.stream(places).mapToObj(place -> new double[] {place}).toArray(double[][]::new);
        return MajorityCluster.of(points, LiveRows.of(Inputs.of(MemoryStore.of(points), weights)));
    }
}
