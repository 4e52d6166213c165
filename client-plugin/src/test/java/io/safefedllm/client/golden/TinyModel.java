package io.safefedllm.client.golden;

import io.safefedllm.client.checkpoint.BiasSettings;
import io.safefedllm.client.checkpoint.Dimensions;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelFamily;
import io.safefedllm.client.checkpoint.RotarySettings;
import io.safefedllm.client.checkpoint.SpecialTokens;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.data.TokenizedExample;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A model of a few thousand parameters and a task that it can learn: repeat the first token until the end. */
public final class TinyModel {
    public static final int END = 2;
    private static final int FIRST_WORD = 3;
    private static final int WORDS = 8;

    private TinyModel() {}

    public static ModelConfig config() {
        return new ModelConfig(
                ModelFamily.LLAMA,
                new Dimensions(32, 48, 2, FIRST_WORD + WORDS, 4, 2, 8),
                1e-5,
                RotarySettings.of(10000),
                true,
                BiasSettings.NONE,
                new SpecialTokens(OptionalInt.of(1), List.of(END), OptionalInt.of(0)),
                64);
    }

    public static int[] prompt(int word) {
        return new int[] {1, FIRST_WORD + word % WORDS};
    }

    /** Word w is answered by w, w, end. */
    public static TokenizedDataset rows() {
        List<TokenizedExample> examples = new ArrayList<>();
        for (int i = 0; i < WORDS; i++) {
            int word = FIRST_WORD + i;
            int ignored = TokenizedExample.IGNORED;
            examples.add(TokenizedExample.copyOf(
                    new int[] {1, word, word, word, END}, new int[] {ignored, ignored, word, word, END}));
        }
        return TokenizedDataset.of(examples, 16, 0);
    }
}
