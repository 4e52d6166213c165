package io.safefedllm.client.data;

import java.util.Random;

/**
 * Chooses rows for batches: a seeded shuffle of all rows, and a new shuffle whenever one is used up, so that no row comes
 * twice before every row came once. The same seed and size give the same rows on every platform. Confined to one thread.
 */
public final class RowSampler {
    private final Random dice;
    private final int[] order;
    private int next;

    /**
     * Starts before the first row.
     *
     * @throws IllegalArgumentException if there is no row
     */
    public RowSampler(long seed, int rows) {
        if (rows <= 0) {
            throw new IllegalArgumentException("number of rows must be positive but was " + rows);
        }
        this.dice = new Random(seed);
        this.order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        this.next = rows;
    }

    /** The next {@code count} row numbers. */
    public int[] next(int count) {
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            if (next == order.length) {
                shuffle();
                next = 0;
            }
            chosen[i] = order[next++];
        }
        return chosen;
    }

    private void shuffle() {
        for (int i = order.length - 1; i > 0; i--) {
            int j = dice.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }
}
