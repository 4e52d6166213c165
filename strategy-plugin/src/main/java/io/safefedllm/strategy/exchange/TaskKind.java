package io.safefedllm.strategy.exchange;

import java.util.Locale;

/** Which of the two tasks of a round a message belongs to (SF-13.1). */
public enum TaskKind {
    /** Train this round's adapter. */
    MAIN,
    /** Train the first adapter on the same rows, as evidence. */
    SHADOW;

    /** Returns the name in the journal. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
