package io.safefedllm.strategy.aggregate;

import java.util.List;

/**
 * What a rule made of the rows of a round: one row in binary64, the rows it stands on, and whether the rule had to
 * assume fewer attackers than it was told ({@code DEGRADED}, BL-0.6).
 *
 * <p>Immutable.
 */
public final class Aggregate {
    private final double[] values;
    private final List<Integer> rows;
    private final boolean degraded;

    /** Owns {@code values} from here on. */
    Aggregate(double[] values, List<Integer> rows, boolean degraded) {
        this.values = values;
        this.rows = List.copyOf(rows);
        this.degraded = degraded;
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

    /** Returns whether the assumed number of attackers was lowered, or the rule fell back to the mean (BL-0.6, BL-10). */
    public boolean degraded() {
        return degraded;
    }
}
