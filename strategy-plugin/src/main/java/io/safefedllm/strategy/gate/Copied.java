package io.safefedllm.strategy.gate;

/** Whose work a client sent as its own (SF-7.6, {@code duplicates = strike}). */
public enum Copied {
    /** That of another client of the round. */
    REPLY,
    /** The server's: what an earlier round changed. */
    STEP
}
