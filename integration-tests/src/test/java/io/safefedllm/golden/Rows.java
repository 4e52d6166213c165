package io.safefedllm.golden;

import io.safefedllm.strategy.aggregate.UpdateStore;

/** The rows of a golden file, in binary64. */
final class Rows implements UpdateStore {
    private final double[][] values;

    Rows(double[][] values) {
        this.values = values;
    }

    @Override
    public int rows() {
        return values.length;
    }

    @Override
    public int width() {
        return values[0].length;
    }

    @Override
    public void read(int row, int from, double[] block, int length) {
        System.arraycopy(values[row], from, block, 0, length);
    }
}
