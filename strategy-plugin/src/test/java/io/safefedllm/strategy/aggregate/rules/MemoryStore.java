package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.UpdateStore;

/** Rows in memory, in binary64. */
record MemoryStore(java.util.List<double[]> values) implements UpdateStore {

    static MemoryStore of(double[]... rows) {
        return new MemoryStore(java.util.List.of(rows));
    }

    @Override
    public int rows() {
        return values.size();
    }

    @Override
    public int width() {
        return values.isEmpty() ? 1 : values.get(0).length;
    }

    @Override
    public void read(int row, int from, double[] block, int length) {
        System.arraycopy(values.get(row), from, block, 0, length);
    }
}
