package io.safefedllm.client.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Examples ready for training: truncated, and each with at least one trained token.
 *
 * <p>Immutable and thread-safe.
 */
public final class TokenizedDataset {
    private final List<TokenizedExample> rows;
    private final int dropped;
    private final int padId;

    private TokenizedDataset(List<TokenizedExample> rows, int dropped, int padId) {
        this.rows = List.copyOf(rows);
        this.dropped = dropped;
        this.padId = padId;
    }

    /**
     * Truncates every example to its first {@code maxLength} tokens and drops those in which nothing is trained then.
     *
     * @throws DataException if nothing is left
     */
    public static TokenizedDataset of(List<TokenizedExample> examples, int maxLength, int padId) {
        if (maxLength < 2) {
            throw new IllegalArgumentException("maximum length must be at least 2 but was " + maxLength);
        }
        List<TokenizedExample> rows = new ArrayList<>();
        for (TokenizedExample example : examples) {
            TokenizedExample row = example.truncated(maxLength);
            if (row.isTrainable()) {
                rows.add(row);
            }
        }
        if (rows.isEmpty()) {
            throw new DataException("none of " + examples.size() + " examples has a trained token within its first "
                    + maxLength + " tokens; raise the maximum length");
        }
        return new TokenizedDataset(rows, examples.size() - rows.size(), padId);
    }

    /** Tokenises and truncates examples, see {@link #of}. */
    public static TokenizedDataset encode(
            List<Example> examples, ExampleTokenizer tokenizer, int maxLength, int padId) {
        return of(examples.stream().map(tokenizer::encode).toList(), maxLength, padId);
    }

    /** Number of rows. */
    public int size() {
        return rows.size();
    }

    /** How many examples were dropped because truncation left nothing to train. */
    public int droppedExamples() {
        return dropped;
    }

    /** Row {@code index}, from 0. */
    public TokenizedExample row(int index) {
        return rows.get(index);
    }

    /** Puts the chosen rows, in that order, into a batch padded on the right to the longest of them. */
    public Batch batch(int[] chosen) {
        List<TokenizedExample> examples = new ArrayList<>(chosen.length);
        for (int index : chosen) {
            examples.add(rows.get(index));
        }
        return Batch.rightPadded(examples, padId);
    }
}
