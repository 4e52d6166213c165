package io.safefedllm.strategy.aggregate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of a store that take part: positive weight and every element finite (BL-0.3), renumbered from 0. */
final class LiveRows {
    /** Elements that are read at once over all rows: 8 MiB of binary64. */
    static final int BLOCK_ELEMENTS = 1 << 20;

    private final UpdateStore store;
    private final int[] index;
    private final double[] weights;

    private LiveRows(UpdateStore store, int[] index, double[] weights) {
        this.store = store;
        this.index = index;
        this.weights = weights;
    }

    static LiveRows of(UpdateStore store, double[] weights) {
        if (weights.length != store.rows()) {
            throw new IllegalArgumentException(
                    "number of weights must be the number of rows " + store.rows() + " but was " + weights.length);
        }
        for (double weight : weights) {
            if (!(weight >= 0.0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("weight must be finite and not negative but was " + weight);
            }
        }
        double[] block = new double[Math.min(store.width(), BLOCK_ELEMENTS)];
        int[] live = new int[weights.length];
        int count = 0;
        for (int row = 0; row < weights.length; row++) {
            if (weights[row] > 0.0 && isFinite(store, row, block)) {
                live[count++] = row;
            }
        }
        int[] index = Arrays.copyOf(live, count);
        return new LiveRows(
                store, index, Arrays.stream(index).mapToDouble(i -> weights[i]).toArray());
    }

    private static boolean isFinite(UpdateStore store, int row, double[] block) {
        for (int from = 0; from < store.width(); from += block.length) {
            int length = Math.min(block.length, store.width() - from);
            store.read(row, from, block, length);
            for (int i = 0; i < length; i++) {
                if (!Double.isFinite(block[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    int size() {
        return index.length;
    }

    int width() {
        return store.width();
    }

    double weight(int row) {
        return weights[row];
    }

    double totalWeight() {
        double total = 0.0;
        for (double weight : weights) {
            total += weight;
        }
        return total;
    }

    void read(int row, int from, double[] block, int length) {
        store.read(index[row], from, block, length);
    }

    /** Returns how many columns of all rows fit into one block; at least 1. */
    int columnsPerBlock() {
        return Math.max(1, Math.min(width(), BLOCK_ELEMENTS / Math.max(1, size())));
    }

    /** Keeps only the given rows, named by their numbers here, in ascending order. */
    LiveRows keep(int... rows) {
        int[] sorted = rows.clone();
        Arrays.sort(sorted);
        return new LiveRows(
                store,
                Arrays.stream(sorted).map(i -> index[i]).toArray(),
                Arrays.stream(sorted).mapToDouble(i -> weights[i]).toArray());
    }

    /** Returns the row numbers in the store, ascending. */
    List<Integer> storeRows() {
        List<Integer> rows = new ArrayList<>();
        for (int i : index) {
            rows.add(i);
        }
        return rows;
    }
}
