package io.safefedllm.client.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * Token ids with a meaning, as config.json states them.
 *
 * @param bos first token of a text
 * @param eos tokens that end a text; the first one is appended when training; may be empty
 * @param pad filler; falls back to the first end token, then to 0, in {@link #padId}
 */
public record SpecialTokens(OptionalInt bos, List<Integer> eos, OptionalInt pad) {
    /** Copies the list. */
    public SpecialTokens {
        eos = List.copyOf(eos);
    }

    /** The token that is appended when training. */
    public OptionalInt end() {
        return eos.isEmpty() ? OptionalInt.empty() : OptionalInt.of(eos.get(0));
    }

    /** The id that fills up short rows. Filled positions are masked, so any valid id would do. */
    public int padId() {
        return pad.orElse(end().orElse(0));
    }
}
