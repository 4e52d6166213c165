package io.safefedllm.strategy.gate;

/** Whose work a client sent as its own. */
public enum Copied {
    /** That of another client of the round. */
    REPLY,
    /** The server's: what an earlier round changed. */
    STEP
}
