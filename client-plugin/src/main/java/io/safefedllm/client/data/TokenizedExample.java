package io.safefedllm.client.data;

import java.util.Arrays;

/** Token ids of one example and, for each, the label: the id itself where it is trained, else {@link #IGNORED}. */
public final class TokenizedExample {
    /** Label of a position that is not trained, as in PyTorch. */
    public static final int IGNORED = -100;

    private final int[] ids;
    private final int[] labels;

    private TokenizedExample(int[] ids, int[] labels) {
        this.ids = ids;
        this.labels = labels;
    }

    /**
     * Copies ids and labels.
     *
     * @throws IllegalArgumentException if the lengths differ
     */
    public static TokenizedExample copyOf(int[] ids, int[] labels) {
        if (ids.length != labels.length) {
            throw new IllegalArgumentException(ids.length + " ids but " + labels.length + " labels");
        }
        return new TokenizedExample(ids.clone(), labels.clone());
    }

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }

    /** A copy of the ids. */
    public int[] ids() {
        return ids.clone();
    }

    /** A copy of the labels. */
    public int[] labels() {
        return labels.clone();
    }

    /** Whether a position after the first has a label; the first one is never predicted. */
    public boolean isTrainable() {
        return Arrays.stream(labels).skip(1).anyMatch(label -> label != IGNORED);
    }

    /** The first {@code maxLength} tokens with their labels. */
    public TokenizedExample truncated(int maxLength) {
        return maxLength >= ids.length
                ? this
                : new TokenizedExample(Arrays.copyOf(ids, maxLength), Arrays.copyOf(labels, maxLength));
    }

    int id(int index) {
        return ids[index];
    }

    int label(int index) {
        return labels[index];
    }
}
