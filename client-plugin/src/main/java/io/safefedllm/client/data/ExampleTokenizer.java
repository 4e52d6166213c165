package io.safefedllm.client.data;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Tokenises prompt and completion as one text and masks the prompt (LORA-TRAINER 5).
 *
 * <p>A token is trained when its span starts at or after the end of the prompt and is not empty; so a token that
 * straddles the border belongs to the prompt. The end token, if the model has one, is appended and trained. Code points
 * are counted, not Java chars. Thread-safe.
 */
public final class ExampleTokenizer {
    private final TextTokenizer tokenizer;
    private final OptionalInt endToken;

    /** Uses a tokenizer, which stays the caller's, and the id that ends a completion. */
    public ExampleTokenizer(TextTokenizer tokenizer, OptionalInt endToken) {
        this.tokenizer = tokenizer;
        this.endToken = endToken;
    }

    /** Tokenises an example in full length. */
    public TokenizedExample encode(Example example) {
        TokenizedText text = tokenizer.encode(example.prompt() + example.completion(), true);
        int border = example.prompt().codePointCount(0, example.prompt().length());
        int length = text.length() + (endToken.isPresent() ? 1 : 0);
        int[] ids = Arrays.copyOf(text.ids(), length);
        int[] labels = new int[length];
        for (int i = 0; i < text.length(); i++) {
            boolean trained = text.start(i) >= border && text.end(i) > text.start(i);
            labels[i] = trained ? ids[i] : TokenizedExample.IGNORED;
        }
        if (endToken.isPresent()) {
            ids[length - 1] = endToken.getAsInt();
            labels[length - 1] = endToken.getAsInt();
        }
        return TokenizedExample.copyOf(ids, labels);
    }
}
