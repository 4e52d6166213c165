package io.safefedllm.strategy.aggregate.rules;

/** Weighted sums of rows, in binary64, rows in ascending order; one block of one row is held. */
final class Means {
    private Means() {}

    /** Returns the mean by the rows' own weights; there must be a row. */
    static double[] of(LiveRows rows) {
        double[] factors = new double[rows.size()];
        for (int row = 0; row < factors.length; row++) {
            factors[row] = rows.weight(row);
        }
        double[] sum = sum(rows, factors);
        double total = rows.totalWeight();
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= total;
        }
        return sum;
    }

    /** Returns the sum of the rows times one factor each; rows of factor 0 are not read. */
    static double[] sum(LiveRows rows, double[] factors) {
        double[] sum = new double[rows.width()];
        double[] block = new double[Math.min(rows.width(), LiveRows.BLOCK_ELEMENTS)];
        for (int row = 0; row < rows.size(); row++) {
            double factor = factors[row];
            for (int from = 0; factor != 0.0 && from < sum.length; from += block.length) {
                int length = Math.min(block.length, sum.length - from);
                rows.read(row, from, block, length);
                for (int i = 0; i < length; i++) {
                    sum[from + i] += factor * block[i];
                }
            }
        }
        return sum;
    }
}
