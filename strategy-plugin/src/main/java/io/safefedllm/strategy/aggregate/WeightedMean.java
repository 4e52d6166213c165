package io.safefedllm.strategy.aggregate;

import java.util.Optional;

/**
 * Averages the rows by weight: sum of v_i x_i over sum of v_i.
 *
 * <p>Products and sums are binary64, rows in ascending order. One block of one row and one accumulator are held,
 * whatever the number of rows; the cost is O(m d). One hostile row can move the result anywhere.
 *
 * <p>BL-1; McMahan, Moore, Ramage, Hampson and Aguera y Arcas, "Communication-Efficient Learning of Deep Networks from
 * Decentralized Data", AISTATS 2017, Algorithm 1, arXiv:1602.05629.
 */
final class WeightedMean implements AggregationRule {

    @Override
    public String name() {
        return "mean";
    }

    @Override
    public boolean countsSamples() {
        return true;
    }

    @Override
    public Optional<Aggregate> combine(UpdateStore store, double[] weights) {
        LiveRows rows = LiveRows.of(store, weights);
        return rows.size() == 0 ? Optional.empty() : Optional.of(of(rows, false));
    }

    /** Averages rows that are known to be live; there must be one. */
    static Aggregate of(LiveRows rows, boolean degraded) {
        double[] sum = new double[rows.width()];
        double[] block = new double[Math.min(rows.width(), LiveRows.BLOCK_ELEMENTS)];
        for (int row = 0; row < rows.size(); row++) {
            double weight = rows.weight(row);
            for (int from = 0; from < sum.length; from += block.length) {
                int length = Math.min(block.length, sum.length - from);
                rows.read(row, from, block, length);
                for (int i = 0; i < length; i++) {
                    sum[from + i] += weight * block[i];
                }
            }
        }
        double total = rows.totalWeight();
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= total;
        }
        return new Aggregate(sum, rows.storeRows(), degraded);
    }
}
