package io.safefedllm.client.data;

import java.util.List;

/**
 * B rows of T tokens: ids, which positions hold a token, and labels. Row-major, immutable, thread-safe.
 *
 * <p>A label belongs to its own position and is predicted from the position before; the label of position 0 is never
 * used.
 */
public final class Batch {
    private final int rows;
    private final int length;
    private final int[] ids;
    private final boolean[] present;
    private final int[] labels;

    private Batch(int rows, int length) {
        this.rows = rows;
        this.length = length;
        this.ids = new int[rows * length];
        this.present = new boolean[rows * length];
        this.labels = new int[rows * length];
    }

    /**
     * Copies rectangular arrays [B][T]; a mask of 1 marks a token, of 0 padding.
     *
     * @throws IllegalArgumentException if there is no row or the shapes differ
     */
    public static Batch of(int[][] ids, int[][] mask, int[][] labels) {
        if (ids.length == 0 || mask.length != ids.length || labels.length != ids.length) {
            throw new IllegalArgumentException("a batch needs equally many rows of ids, mask and labels, at least one");
        }
        Batch batch = new Batch(ids.length, ids[0].length);
        for (int row = 0; row < ids.length; row++) {
            if (ids[row].length != batch.length
                    || mask[row].length != batch.length
                    || labels[row].length != batch.length) {
                throw new IllegalArgumentException("row " + row + " is not of length " + batch.length);
            }
            for (int t = 0; t < batch.length; t++) {
                batch.put(row, t, ids[row][t], mask[row][t] != 0, labels[row][t]);
            }
        }
        return batch;
    }

    /** Fills rows up on the right with {@code padId}, masked and without labels, to the longest of them. */
    public static Batch rightPadded(List<TokenizedExample> examples, int padId) {
        int length = examples.stream().mapToInt(TokenizedExample::length).max().orElse(0);
        if (length == 0) {
            throw new IllegalArgumentException("a batch needs at least one row with a token");
        }
        Batch batch = new Batch(examples.size(), length);
        for (int row = 0; row < batch.rows; row++) {
            TokenizedExample example = examples.get(row);
            for (int t = 0; t < length; t++) {
                boolean token = t < example.length();
                batch.put(
                        row,
                        t,
                        token ? example.id(t) : padId,
                        token,
                        token ? example.label(t) : TokenizedExample.IGNORED);
            }
        }
        return batch;
    }

    /** Fills prompts up on the left, as generation needs them; there are no labels. */
    public static Batch leftPadded(List<int[]> prompts, int padId) {
        int length = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
        if (length == 0) {
            throw new IllegalArgumentException("a batch needs at least one row with a token");
        }
        Batch batch = new Batch(prompts.size(), length);
        for (int row = 0; row < batch.rows; row++) {
            int[] prompt = prompts.get(row);
            int missing = length - prompt.length;
            for (int t = 0; t < length; t++) {
                boolean token = t >= missing;
                batch.put(row, t, token ? prompt[t - missing] : padId, token, TokenizedExample.IGNORED);
            }
        }
        return batch;
    }

    private void put(int row, int t, int id, boolean token, int label) {
        ids[row * length + t] = id;
        present[row * length + t] = token;
        labels[row * length + t] = label;
    }

    /** Number of rows B. */
    public int rows() {
        return rows;
    }

    /** Number of positions T of every row. */
    public int length() {
        return length;
    }

    /** Id at a position. */
    public int id(int row, int t) {
        return ids[row * length + t];
    }

    /** Whether a position holds a token rather than padding. */
    public boolean isToken(int row, int t) {
        return present[row * length + t];
    }

    /** Label of a position, or {@link TokenizedExample#IGNORED}. */
    public int label(int row, int t) {
        return labels[row * length + t];
    }

    /** How many positions hold a token. */
    public int tokens() {
        int count = 0;
        for (boolean token : present) {
            count += token ? 1 : 0;
        }
        return count;
    }

    /** How many labels count: those of positions after the first. */
    public int labelledTokens() {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            for (int t = 1; t < length; t++) {
                count += label(row, t) == TokenizedExample.IGNORED ? 0 : 1;
            }
        }
        return count;
    }

    /** Whether every row is tokens first, padding last; then a causal mask alone hides the padding. */
    public boolean isRightPadded() {
        for (int row = 0; row < rows; row++) {
            for (int t = 1; t < length; t++) {
                if (isToken(row, t) && !isToken(row, t - 1)) {
                    return false;
                }
            }
            if (!isToken(row, 0)) {
                return false;
            }
        }
        return true;
    }
}
