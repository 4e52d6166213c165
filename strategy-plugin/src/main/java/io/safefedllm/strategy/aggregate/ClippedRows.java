package io.safefedllm.strategy.aggregate;

/**
 * The rows of another store with their updates scaled: G + c (L - G) with one factor a row (SF-7.7).
 *
 * <p>A row of factor 1 is passed on to the bit. Products are binary64. For one thread at a time, as the store inside.
 */
public final class ClippedRows implements UpdateStore {
    private final UpdateStore rows;
    private final GlobalValues global;
    private final double[] factors;
    private double[] base = new double[0];

    /**
     * Wraps a store.
     *
     * @param factors one factor a row, in [0, 1]; copied
     * @throws IllegalArgumentException if a factor is out of range or their number is not that of the rows
     */
    public ClippedRows(UpdateStore rows, GlobalValues global, double[] factors) {
        if (factors.length != rows.rows()) {
            throw new IllegalArgumentException(
                    "number of factors must be the number of rows " + rows.rows() + " but was " + factors.length);
        }
        for (double factor : factors) {
            if (!(factor >= 0.0 && factor <= 1.0)) {
                throw new IllegalArgumentException("clip factor must be in [0, 1] but was " + factor);
            }
        }
        this.rows = rows;
        this.global = global;
        this.factors = factors.clone();
    }

    @Override
    public int rows() {
        return rows.rows();
    }

    @Override
    public int width() {
        return rows.width();
    }

    @Override
    public void read(int row, int from, double[] block, int length) {
        rows.read(row, from, block, length);
        double factor = factors[row];
        if (factor < 1.0) {
            if (base.length < length) {
                base = new double[length];
            }
            double[] start = base;
            global.read(from, start, length);
            for (int i = 0; i < length; i++) {
                block[i] = start[i] + factor * (block[i] - start[i]);
            }
        }
    }
}
