package io.safefedllm.flower.link.wire;

/** What may be done when the outcome of a call is unknown (PROTOCOL 12.3). */
public enum CallKind {
    /** Sending it again cannot harm. */
    REPEATABLE,
    /** What a lost answer carried is lost for good: sent again only if it certainly did not arrive. */
    ONCE,
    /** Its loop has a rhythm of its own and repeats it. */
    HEARTBEAT
}
