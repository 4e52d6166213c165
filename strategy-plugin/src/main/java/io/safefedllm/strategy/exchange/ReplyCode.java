package io.safefedllm.strategy.exchange;

/** What the payload firewall says of a client's part in a round; of several that apply, the first counts (SF-7.1). */
public enum ReplyCode {
    /** No message, or an error in its place: the client is absent from the round. Not a violation. */
    NO_REPLY,
    /** The names are not those of the adapter that was sent, or there is not exactly one array record. */
    BAD_KEYS,
    /** A shape differs from the one that was sent. */
    BAD_SHAPE,
    /** An element type is neither float32 nor float16, or the array cannot be read. */
    BAD_DTYPE,
    /** A NaN or an infinity. */
    NON_FINITE,
    /** The number of examples is missing, not an integer, or not positive. */
    BAD_NUM_EXAMPLES,
    /** The level needs evidence that is not there. */
    MISSING_EVIDENCE,
    /** The client changed nothing. */
    ZERO_UPDATE,
    /** None of these. */
    OK;

    /** Returns whether the code stands for a breach: weight 0 and a harmful round, whatever the scores say. */
    public boolean isViolation() {
        return this != NO_REPLY && this != OK;
    }
}
