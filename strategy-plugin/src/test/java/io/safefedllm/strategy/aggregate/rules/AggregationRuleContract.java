package io.safefedllm.strategy.aggregate.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every aggregation rule promises; a rule's test supplies the rule. */
abstract class AggregationRuleContract {
    /** Relative to numbers of about 1. */
    private static final double SUM_TOLERANCE = 1e-12;

    /** The residual rule adds 1e-7 to a deviation, the geometric median stops within 1e-10. */
    private static final double SCALE_TOLERANCE = 1e-6;

    private static final double[] UNEQUAL = {1, 0.5, 0.75, 0.25, 0.375, 1, 0.875};

    abstract AggregationRule rule();

    /** Whether the same rows in another order give the same; not where rows are drawn by their place. */
    boolean orderIsIrrelevant() {
        return true;
    }

    /** Whether one row alone is the result; not where elements are set to 0. */
    boolean keepsOneRow() {
        return true;
    }

    /** Whether elements that are 0 in every row change nothing; not where a share of the elements is kept. */
    boolean ignoresPadding() {
        return true;
    }

    @Test
    void combine_anyRows_leavesTheInputAsItWas() {
        List<double[]> rows = rows(7, 5);
        double[] weights = {1, 0.5, 1, 0.25, 0, 1, 1};
        List<double[]> before = rows.stream().map(double[]::clone).toList();
        CarriedState state = CarriedState.empty().with("another.stage", new double[] {1, 2});

        RuleOutcome outcome =
                rule().combine(Inputs.of(new MemoryStore(rows), weights).withState(state));

        assertThat(weights).containsExactly(1, 0.5, 1, 0.25, 0, 1, 1);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i)).containsExactly(before.get(i));
        }
        assertThat(state).isEqualTo(CarriedState.empty().with("another.stage", new double[] {1, 2}));
        assertThat(outcome.aggregate().orElseThrow().state().get("another.stage"))
                .hasValueSatisfying(kept -> assertThat(kept).containsExactly(1, 2));
    }

    @Test
    void combine_sameInputTwice_givesTheSameToTheBit() {
        assertThat(combine(rows(7, 5), UNEQUAL)).containsExactly(combine(rows(7, 5), UNEQUAL));
    }

    @Test
    void combine_rowsInAnotherOrder_givesTheSame() {
        List<double[]> rows = rows(7, 5);
        List<double[]> reversed = new ArrayList<>(rows);
        Collections.reverse(reversed);
        double[] backwards = new double[UNEQUAL.length];
        Arrays.setAll(backwards, i -> UNEQUAL[UNEQUAL.length - 1 - i]);

        if (orderIsIrrelevant()) {
            assertClose(combine(reversed, backwards), combine(rows, UNEQUAL), SUM_TOLERANCE);
        } else {
            assertThat(combine(reversed, backwards)).hasSize(5);
        }
    }

    @Test
    void combine_oneRow_returnsIt() {
        double[] row = {0.1f, -3f, 7e-30f};
        RuleOutcome outcome = rule().combine(Inputs.of(MemoryStore.of(row), new double[] {0.3}));

        assertThat(outcome.aggregate().orElseThrow().rows()).containsExactly(0);
        double[] values = Inputs.values(outcome.aggregate().orElseThrow());
        if (!rule().needsGlobal()) {
            assertThat(outcome.aggregate().orElseThrow().toFloat32()).containsExactly(0.1f, -3f, 7e-30f);
        } else if (keepsOneRow()) {
            assertClose(values, row, SUM_TOLERANCE);
        }
    }

    @Test
    void combine_noRow_saysSo() {
        assertThat(reason(List.of(), new double[0])).isEqualTo(NoAggregate.Reason.NO_ROWS);
        assertThat(reason(List.of(new double[] {1}), new double[1])).isEqualTo(NoAggregate.Reason.NO_ROWS);
        assertThat(reason(List.of(new double[] {Double.NaN}), new double[] {1})).isEqualTo(NoAggregate.Reason.NO_ROWS);
    }

    private NoAggregate.Reason reason(List<double[]> rows, double[] weights) {
        return rule().combine(Inputs.of(new MemoryStore(rows), weights))
                .reason()
                .orElseThrow();
    }

    @Test
    void combine_absentRows_changeNothing() {
        List<double[]> rows = rows(7, 5);
        List<double[]> more = new ArrayList<>(rows);
        more.add(2, new double[] {1e30, 1e30, 1e30, 1e30, 1e30});
        more.add(new double[] {0, Double.NaN, 0, 0, 0});
        more.add(new double[] {0, 0, 0, Double.NEGATIVE_INFINITY, 0});
        double[] weights = {1, 0.5, 0, 0.75, 0.25, 0.375, 1, 0.875, 1, 1};

        assertThat(combine(more, weights)).containsExactly(combine(rows, UNEQUAL));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1.0 / 3, 7})
    void combine_equalWeights_equalsUnweighted(double weight) {
        List<double[]> rows = rows(8, 5);
        double[] weights = new double[8];
        Arrays.fill(weights, weight);

        assertClose(combine(rows, weights), combine(rows, Inputs.ones(8)), SUM_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-9, 0.3, 1e9, 1e308})
    void combine_weightsScaled_givesTheSame(double scale) {
        double[] scaled = new double[UNEQUAL.length];
        Arrays.setAll(scaled, i -> scale * UNEQUAL[i]);

        assertClose(combine(rows(7, 5), scaled), combine(rows(7, 5), UNEQUAL), SUM_TOLERANCE);
    }

    @Test
    void combine_smallestWeights_countAsEqual() {
        double[] smallest = new double[8];
        Arrays.fill(smallest, Double.MIN_VALUE);

        assertClose(combine(rows(8, 5), smallest), combine(rows(8, 5), Inputs.ones(8)), SUM_TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 3})
    void combine_updatesScaled_scalesTheResult(double scale) {
        List<double[]> rows = rows(7, 5);
        List<double[]> scaled = rows.stream()
                .map(row -> Arrays.stream(row).map(value -> scale * value).toArray())
                .toList();

        double[] wanted = combineFromZero(rows);
        Arrays.setAll(wanted, i -> scale * wanted[i]);
        assertClose(combineFromZero(scaled), wanted, SCALE_TOLERANCE);
    }

    private double[] combineFromZero(List<double[]> rows) {
        return Inputs.values(rule().combine(Inputs.of(new MemoryStore(rows), UNEQUAL, GlobalValues.zero()))
                .aggregate()
                .orElseThrow());
    }

    @Test
    void combine_hugeRows_givesFiniteResult() {
        List<double[]> rows = rows(7, 5);
        rows.get(0)[0] = Float.MAX_VALUE;
        rows.get(1)[0] = -Float.MAX_VALUE;
        Arrays.fill(rows.get(2), 1e30f);

        assertFinite(rows);
    }

    @Test
    void combine_hugeMajority_givesFiniteResult() {
        List<double[]> rows = rows(7, 5);
        for (int row = 0; row < 5; row++) {
            Arrays.fill(rows.get(row), row % 2 == 0 ? 1e30f : -Float.MAX_VALUE);
        }

        assertFinite(rows);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -2.5, 1e30f, 1e-30f})
    void combine_allRowsEqual_givesThemOrNothing(double value) {
        List<double[]> rows = rows(7, 5);
        rows.forEach(row -> Arrays.fill(row, value));

        RuleOutcome outcome = rule().combine(Inputs.of(new MemoryStore(rows), UNEQUAL));

        outcome.aggregate().ifPresent(aggregate -> {
            for (float element : aggregate.toFloat32()) {
                assertThat(element).isFinite();
                if (keepsOneRow() && Math.abs(value) < 10) {
                    assertThat((double) element).isCloseTo(value, within(1e-6 * Math.max(1, Math.abs(value))));
                }
            }
        });
    }

    @Test
    void combine_mixedLayouts_areRefused(@TempDir Path directory) {
        AdapterLayout layout = Inputs.layout(6);
        AdapterLayout other = AdapterLayout.of(List.of(new TensorSpec("t", List.of(2, 3))));
        AdapterSpool spool = new AdapterSpool(directory, layout);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> spool.put("a", LoraAdapter.wrap(other, new float[6])))
                .withMessageContaining("layout");
        assertThatIllegalArgumentException().isThrownBy(() -> spool.put("a", new float[5]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule().combine(RuleInput.of(
                        MemoryStore.of(new double[5]), new double[] {1}, layout, GlobalValues.zero(), Draws.seeded(1))))
                .withMessage("rows must have the layout's 6 elements but have 5");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void combine_badWeights_areRefused(double weight) {
        MemoryStore store = MemoryStore.of(new double[] {1}, new double[] {2});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule().combine(Inputs.of(store, new double[] {1, weight})))
                .withMessageContaining(String.valueOf(weight));
        assertThatIllegalArgumentException().isThrownBy(() -> rule().combine(Inputs.of(store, new double[] {1})));
    }

    @Test
    void combine_moreRowsThanABlockHolds_equalsTheSmallCase() {
        int width = LiveRows.BLOCK_ELEMENTS / 4 + 1;
        List<double[]> small = rows(7, 3);
        List<double[]> large = new ArrayList<>();
        for (double[] row : small) {
            double[] wide = new double[width];
            System.arraycopy(row, 0, wide, 0, 2);
            wide[width - 1] = row[2];
            large.add(wide);
        }

        double[] wide =
                Inputs.values(rule().combine(Inputs.of(new MemoryStore(large), Inputs.ones(7), GlobalValues.zero()))
                        .aggregate()
                        .orElseThrow());
        double[] narrow =
                Inputs.values(rule().combine(Inputs.of(new MemoryStore(small), Inputs.ones(7), GlobalValues.zero()))
                        .aggregate()
                        .orElseThrow());

        if (ignoresPadding()) {
            assertClose(new double[] {wide[0], wide[1], wide[width - 1]}, narrow, SUM_TOLERANCE);
        } else {
            assertThat(wide[width / 2]).isZero();
        }
    }

    private double[] combine(List<double[]> rows, double[] weights) {
        return Inputs.values(rule().combine(Inputs.of(new MemoryStore(rows), weights))
                .aggregate()
                .orElseThrow());
    }

    private void assertFinite(List<double[]> rows) {
        RuleOutcome outcome = rule().combine(Inputs.of(new MemoryStore(rows), UNEQUAL));

        outcome.aggregate().ifPresent(aggregate -> {
            for (float value : aggregate.toFloat32()) {
                assertThat(value).isFinite();
            }
        });
    }

    private static void assertClose(double[] got, double[] wanted, double tolerance) {
        assertThat(got).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(got[i]).as("element %d", i).isCloseTo(wanted[i], within(tolerance));
        }
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
