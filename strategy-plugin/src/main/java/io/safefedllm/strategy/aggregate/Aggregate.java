package io.safefedllm.strategy.aggregate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a rule made of the rows of a round: one row in binary64, the rows it stands on with the factor of each, whether the
 * rule had to assume fewer attackers than it was told ({@code DEGRADED}, BL-0.6), what is carried to the next round, and
 * figures that explain the result.
 *
 * <p>Immutable.
 */
public final class Aggregate implements RuleOutcome {
    private final double[] values;
    private final SortedMap<Integer, Double> factors;
    private final boolean degraded;
    private final CarriedState state;
    private final Map<String, Double> figures;

    private Aggregate(
            double[] values,
            SortedMap<Integer, Double> factors,
            boolean degraded,
            CarriedState state,
            Map<String, Double> figures) {
        this.values = values;
        this.factors = factors;
        this.degraded = degraded;
        this.state = state;
        this.figures = figures;
    }

    /**
     * Makes an aggregate of rows that count in full. It takes {@code values} over; the caller must not touch the array
     * afterwards.
     */
    public static Aggregate wrap(double[] values, List<Integer> rows, boolean degraded, CarriedState state) {
        SortedMap<Integer, Double> factors = new TreeMap<>();
        rows.forEach(row -> factors.put(row, 1.0));
        return new Aggregate(values, factors, degraded, state, Map.of());
    }

    /** Returns this aggregate standing on the given rows with the given factors. */
    public Aggregate withFactors(Map<Integer, Double> rowFactors) {
        return new Aggregate(values, new TreeMap<>(rowFactors), degraded, state, figures);
    }

    /** Returns this aggregate with one more figure. */
    public Aggregate withFigure(String name, double value) {
        Map<String, Double> more = new LinkedHashMap<>(figures);
        more.put(name, value);
        return new Aggregate(values, factors, degraded, state, more);
    }

    /** Returns this aggregate marked as degraded. */
    public Aggregate asDegraded() {
        return new Aggregate(values, factors, true, state, figures);
    }

    /** Returns the number of elements. */
    public int width() {
        return values.length;
    }

    /** Returns one element in binary64, before it is rounded to the adapter's binary32. */
    public double at(int index) {
        return values[index];
    }

    /** Returns the elements rounded to binary32, once (SF-0.2). */
    public float[] toFloat32() {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    /**
     * Returns the indices of the rows that the rule used, ascending. For coordinate-wise rules these are all rows that
     * were not absent.
     */
    public List<Integer> rows() {
        return List.copyOf(factors.keySet());
    }

    /**
     * Returns for every row that was used the factor by which the rule scaled its part beside its weight, ascending by row:
     * FoolsGold's factor, the clip of FLAME, the confidence of the residual rule; 1 in all other rules.
     */
    public Map<Integer, Double> factors() {
        return Collections.unmodifiableMap(factors);
    }

    /** Returns numbers that explain the result, by name: {@code clip} is the norm that updates were clipped to. */
    public Map<String, Double> figures() {
        return Collections.unmodifiableMap(figures);
    }

    /** Returns the state after the round, for {@link RuleInput#withState}; of stateless rules the one they were given. */
    public CarriedState state() {
        return state;
    }

    /** Returns whether the assumed number of attackers was lowered, or the rule fell back to the mean (BL-0.6, BL-10). */
    public boolean degraded() {
        return degraded;
    }
}
