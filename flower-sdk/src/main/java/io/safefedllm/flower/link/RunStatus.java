package io.safefedllm.flower.link;

import java.util.Locale;

/** How a run ended; Flower shows it as the sub-status of {@code finished}. */
public enum RunStatus {
    COMPLETED,
    FAILED,
    STOPPED;

    /** Returns the word on the wire: {@code completed}, {@code failed} or {@code stopped}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
