package io.safefedllm.strategy.trust;

/**
 * What a client does in one round (SF-0.5, SF-4.1).
 *
 * @param steps local steps, at least 1
 * @param batchSize rows of a batch, at least 1
 * @param accumulation batches of a step, at least 1
 */
public record LocalRecipe(int steps, int batchSize, int accumulation) {
    /** The authors' recipe. */
    public static final LocalRecipe DEFAULTS = new LocalRecipe(10, 16, 1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is below 1
     */
    public LocalRecipe {
        if (steps < 1 || batchSize < 1 || accumulation < 1) {
            throw new IllegalArgumentException("steps, batch size and accumulation must be at least 1 but were " + steps
                    + ", " + batchSize + ", " + accumulation);
        }
    }

    /** Returns b, the rows of a step. */
    public double rowsPerStep() {
        return (double) batchSize * accumulation;
    }

    /** Returns b * T, the rows of a round. */
    public double rows() {
        return rowsPerStep() * steps;
    }
}
