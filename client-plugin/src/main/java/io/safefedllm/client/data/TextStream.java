package io.safefedllm.client.data;

import java.util.Arrays;

/** Turns tokens into text as they come. A character whose bytes have not all come is held back. Confined to one thread. */
public final class TextStream {
    private static final String INCOMPLETE = "\ufffd";

    private final TextTokenizer tokenizer;
    private int[] ids = {};
    private String given = "";

    /** Uses a tokenizer, which stays the caller's. */
    public TextStream(TextTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Adds a token and returns the text that it completes, maybe none. */
    public String add(int id) {
        ids = Arrays.copyOf(ids, ids.length + 1);
        ids[ids.length - 1] = id;
        String text = tokenizer.decode(ids, true);
        return text.endsWith(INCOMPLETE) ? "" : rest(text);
    }

    /** Returns what was held back to the end. */
    public String end() {
        return rest(tokenizer.decode(ids, true));
    }

    private String rest(String text) {
        String rest = text.startsWith(given) ? text.substring(given.length()) : "";
        given = text;
        return rest;
    }
}
