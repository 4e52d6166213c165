package io.safefedllm.strategy.aggregate;

import java.util.List;

/**
 * What a rule made of the rows of a round: one row in binary64, the rows it stands on, whether the rule had to assume
 * fewer attackers than it was told ({@code DEGRADED}, BL-0.6), and what is carried to the next round.
 *
 * <p>Immutable.
 */
public final class Aggregate implements RuleOutcome {
    private final double[] values;
    private final List<Integer> rows;
    private final boolean degraded;
    private final CarriedState state;

    private Aggregate(double[] values, List<Integer> rows, boolean degraded, CarriedState state) {
        this.values = values;
        this.rows = rows;
        this.degraded = degraded;
        this.state = state;
    }

    /** Makes an aggregate that takes {@code values} over; the caller must not touch the array afterwards. */
    public static Aggregate wrap(double[] values, List<Integer> rows, boolean degraded, CarriedState state) {
        return new Aggregate(values, List.copyOf(rows), degraded, state);
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
        return rows;
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
