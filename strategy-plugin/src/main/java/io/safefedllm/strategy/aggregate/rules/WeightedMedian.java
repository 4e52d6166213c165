package io.safefedllm.strategy.aggregate.rules;

import java.util.function.IntToDoubleFunction;

/**
 * The two medians of BL-0.7. Weights count as mass; masses are compared with a slack of 1e-12 W so that any equal weights
 * give the unweighted median (BL-0.4).
 */
enum WeightedMedian {
    /** The first value at which half of the mass is reached: of m equal ones number ceil(m/2). */
    LOWER,
    /** As the lower one, but the mean of it and the next where exactly half of the mass is reached. */
    MIDPOINT;

    private static final double SLACK = 1e-12;

    /**
     * Returns the median.
     *
     * @param values one value a row
     * @param order the rows by ascending value; at least one
     * @param weight the positive weight of a row
     * @param total the sum of the weights
     */
    double of(double[] values, int[] order, IntToDoubleFunction weight, double total) {
        double half = total / 2.0;
        double mass = 0.0;
        int last = order.length - 1;
        for (int k = 0; k < last; k++) {
            mass += weight.applyAsDouble(order[k]);
            if (mass >= half - SLACK * total) {
                boolean exactlyHalf = Math.abs(mass - half) <= SLACK * total;
                return this == MIDPOINT && exactlyHalf
                        ? (values[order[k]] + values[order[k + 1]]) / 2.0
                        : values[order[k]];
            }
        }
        return values[order[last]];
    }

    /** Returns the median of one value a row by the rows' weights. */
    double of(double[] values, LiveRows rows) {
        int[] order = new int[values.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        Columns.sort(order, new int[order.length], values);
        return of(values, order, rows::weight, rows.totalWeight());
    }
}
