package io.safefedllm.strategy.aggregate;

/**
 * The rows that a rule combines, read block by block so that no rule has to hold whole adapters.
 *
 * <p>A row is one client's complete adapter, flattened in the adapter's own tensor order, row-major (BL-0.1). Rows keep
 * their index and their content for the life of the store; reading changes nothing. A store is used by one thread at a
 * time.
 */
public interface UpdateStore {

    /** Returns the number of rows; may be 0. */
    int rows();

    /** Returns the number of elements of every row, the same for all. */
    int width();

    /**
     * Copies the elements {@code from .. from + length - 1} of a row to the start of {@code block}.
     *
     * @throws IndexOutOfBoundsException if the row or the range does not exist, or the block is shorter than the length
     * @throws java.io.UncheckedIOException if the row's bytes cannot be read
     */
    void read(int row, int from, double[] block, int length);
}
