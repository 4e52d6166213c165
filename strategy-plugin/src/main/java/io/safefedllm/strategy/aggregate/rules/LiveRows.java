package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of an input that take part: positive weight and every element finite (BL-0.3), renumbered from 0. Where the largest weight is so
 * large or so small that sums of weights could leave binary64, all are scaled by a power of two that brings it into [1, 2), which changes no
 * digit of a result (BL-0.5); a weight that is then 0 is absent.
 */
final class LiveRows {
    /** Elements that are read at once over all rows: 8 MiB of binary64. */
    static final int BLOCK_ELEMENTS = 1 << 20;

    /** Weights whose largest has a smaller exponent than this are left as they are: half of what binary64 has. */
    private static final int FAR_EXPONENT = 512;

    private final UpdateStore store;
    private final GlobalValues global;
    private final boolean updates;
    private final int[] index;
    private final double[] weights;
    private double[] base = new double[0];

    private LiveRows(UpdateStore store, GlobalValues global, boolean updates, int[] index, double[] weights) {
        this.store = store;
        this.global = global;
        this.updates = updates;
        this.index = index;
        this.weights = weights;
    }

    /** Takes the rows as they are: absolute adapters. */
    static LiveRows of(RuleInput input) {
        UpdateStore store = input.store();
        double[] block = new double[Math.min(store.width(), BLOCK_ELEMENTS)];
        int[] live = IntStream.range(0, store.rows())
                .filter(row -> input.weight(row) > 0.0 && isFinite(store, row, block))
                .toArray();
        double largest = Arrays.stream(live).mapToDouble(input::weight).max().orElse(1.0);
        int exponent = Math.abs(Math.getExponent(largest)) < FAR_EXPONENT ? 0 : Math.getExponent(largest);
        int[] index = Arrays.stream(live)
                .filter(row -> Math.scalb(input.weight(row), -exponent) > 0.0)
                .toArray();
        double[] weights = Arrays.stream(index)
                .mapToDouble(row -> Math.scalb(input.weight(row), -exponent))
                .toArray();
        return new LiveRows(store, input.global(), false, index, weights);
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

    /** Returns the same rows read as updates, the global values taken off (u = L - G). */
    LiveRows asUpdates() {
        return new LiveRows(store, global, true, index, weights);
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
        if (updates) {
            if (base.length < length) {
                base = new double[length];
            }
            double[] start = base;
            global.read(from, start, length);
            for (int i = 0; i < length; i++) {
                block[i] -= start[i];
            }
        }
    }

    /** Adds the global values to sums of updates. */
    void addGlobal(double[] values) {
        double[] block = new double[Math.min(values.length, BLOCK_ELEMENTS)];
        for (int from = 0; from < values.length; from += block.length) {
            int length = Math.min(block.length, values.length - from);
            global.read(from, block, length);
            for (int i = 0; i < length; i++) {
                values[from + i] += block[i];
            }
        }
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
                global,
                updates,
                Arrays.stream(sorted).map(i -> index[i]).toArray(),
                Arrays.stream(sorted).mapToDouble(i -> weights[i]).toArray());
    }

    /** Returns the number in the store of one of the rows here. */
    int storeRow(int row) {
        return index[row];
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
