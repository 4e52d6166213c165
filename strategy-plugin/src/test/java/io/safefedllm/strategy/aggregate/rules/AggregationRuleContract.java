package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import io.safefedllm.strategy.aggregate.UpdateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every aggregation rule promises; a rule's test supplies the rule. */
abstract class AggregationRuleContract {
    private static final double ORDER_TOLERANCE = 1e-12;

    abstract AggregationRule rule();

    @Test
    void combine_anyRows_leavesRowsAndWeightsAsTheyWere() {
        List<double[]> rows = rows(7, 5);
        double[] weights = {1, 0.5, 1, 0.25, 0, 1, 1};
        List<double[]> before = rows.stream().map(double[]::clone).toList();

        outcome(new MemoryStore(rows), weights);

        assertThat(weights).containsExactly(1, 0.5, 1, 0.25, 0, 1, 1);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i)).containsExactly(before.get(i));
        }
    }

    @Test
    void combine_rowsInAnotherOrder_givesTheSame() {
        List<double[]> rows = rows(7, 5);
        List<double[]> reversed = new ArrayList<>(rows);
        Collections.reverse(reversed);

        double[] straight = combine(rows, ones(7));
        double[] backwards = combine(reversed, ones(7));

        for (int i = 0; i < straight.length; i++) {
            assertThat(backwards[i]).isCloseTo(straight[i], within(ORDER_TOLERANCE));
        }
    }

    @Test
    void combine_oneRow_returnsItToTheBit() {
        Aggregate result = outcome(MemoryStore.of(new double[] {0.1f, -3f, 7e-30f}), new double[] {0.3})
                .aggregate()
                .orElseThrow();

        assertThat(result.toFloat32()).containsExactly(0.1f, -3f, 7e-30f);
        assertThat(result.rows()).containsExactly(0);
    }

    @Test
    void combine_noRow_givesNothing() {
        assertThat(outcome(MemoryStore.of(), new double[0]).aggregate()).isEmpty();
        assertThat(outcome(MemoryStore.of(new double[] {1}), new double[1]).aggregate())
                .isEmpty();
        assertThat(outcome(MemoryStore.of(new double[] {Double.NaN}), new double[] {1})
                        .aggregate())
                .isEmpty();
    }

    @Test
    void combine_absentRows_changeNothing() {
        List<double[]> rows = rows(7, 5);
        List<double[]> more = new ArrayList<>(rows);
        more.add(2, new double[] {1e30, 1e30, 1e30, 1e30, 1e30});
        more.add(new double[] {0, Double.NaN, 0, 0, 0});
        more.add(new double[] {0, 0, 0, Double.NEGATIVE_INFINITY, 0});
        double[] weights = ones(10);
        weights[2] = 0;

        assertThat(combine(more, weights)).containsExactly(combine(rows, ones(7)));
    }

    @Test
    void combine_equalWeights_equalsUnweighted() {
        List<double[]> rows = rows(8, 5);
        double[] unweighted = combine(rows, ones(8));

        for (double weight : new double[] {0.1, 1.0 / 3, 7}) {
            double[] weights = new double[8];
            Arrays.fill(weights, weight);
            double[] weighted = combine(rows, weights);
            for (int i = 0; i < unweighted.length; i++) {
                assertThat(weighted[i]).isCloseTo(unweighted[i], within(ORDER_TOLERANCE));
            }
        }
    }

    @Test
    void combine_finiteRows_givesFiniteResult() {
        List<double[]> rows = rows(7, 5);
        rows.get(0)[0] = Float.MAX_VALUE;
        rows.get(1)[0] = -Float.MAX_VALUE;

        for (float value : outcome(new MemoryStore(rows), ones(7))
                .aggregate()
                .orElseThrow()
                .toFloat32()) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void combine_badWeights_areRefused() {
        UpdateStore store = MemoryStore.of(new double[] {1}, new double[] {2});

        assertThatIllegalArgumentException().isThrownBy(() -> outcome(store, new double[] {1, -1}));
        assertThatIllegalArgumentException().isThrownBy(() -> outcome(store, new double[] {1, Double.NaN}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> outcome(store, new double[] {1, Double.POSITIVE_INFINITY}));
        assertThatIllegalArgumentException().isThrownBy(() -> outcome(store, new double[] {1}));
    }

    @Test
    void combine_moreRowsThanABlockHolds_equalsTheSmallCase() {
        int width = LiveRows.BLOCK_ELEMENTS / 4;
        List<double[]> small = rows(7, 3);
        List<double[]> large = new ArrayList<>();
        for (double[] row : small) {
            double[] wide = new double[width];
            System.arraycopy(row, 0, wide, 0, 2);
            wide[width - 1] = row[2];
            large.add(wide);
        }

        double[] wide = combine(large, ones(7));

        assertThat(new double[] {wide[0], wide[1], wide[width - 1]}).containsExactly(combine(small, ones(7)));
    }

    private double[] combine(List<double[]> rows, double[] weights) {
        return values(outcome(new MemoryStore(rows), weights).aggregate().orElseThrow());
    }

    private RuleOutcome outcome(UpdateStore store, double[] weights) {
        return rule().combine(Inputs.of(store, weights));
    }

    static double[] values(Aggregate aggregate) {
        double[] values = new double[aggregate.width()];
        Arrays.setAll(values, aggregate::at);
        return values;
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1.0);
        return ones;
    }

    private static List<double[]> rows(int count, int width) {
        Random dice = new Random(20260101);
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] row = new double[width];
            Arrays.setAll(row, k -> (float) dice.nextGaussian());
            rows.add(row);
        }
        return rows;
    }
}
