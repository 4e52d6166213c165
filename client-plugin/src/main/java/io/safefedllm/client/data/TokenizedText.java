package io.safefedllm.client.data;

/**
 * Token ids of a text with the span of characters that each token stands for. Spans count Unicode code points; added
 * special tokens have an empty span.
 */
public final class TokenizedText {
    private final int[] ids;
    private final int[] starts;
    private final int[] ends;

    TokenizedText(int[] ids, int[] starts, int[] ends) {
        this.ids = ids;
        this.starts = starts;
        this.ends = ends;
    }

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }

    /** A copy of the ids. */
    public int[] ids() {
        return ids.clone();
    }

    /** Id of token {@code index}. */
    public int id(int index) {
        return ids[index];
    }

    /** First code point of token {@code index}. */
    public int start(int index) {
        return starts[index];
    }

    /** Code point after the last one of token {@code index}; equal to the start for added special tokens. */
    public int end(int index) {
        return ends[index];
    }
}
