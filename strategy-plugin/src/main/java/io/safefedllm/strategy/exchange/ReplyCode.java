package io.safefedllm.strategy.exchange;

/** What the payload firewall says of a client's part in a round; of several that apply, the first counts (SF-7.1). */
public enum ReplyCode {
    /** 1: no message, or an error in its place: the client is absent from the round. Not a violation. */
    NO_REPLY,
    /** 2: the names are not those of the adapter that was sent, or there is not exactly one array record. */
    BAD_KEYS,
    /** 3: a shape differs from the one that was sent. */
    BAD_SHAPE,
    /** 4: an element type is neither float32 nor float16, or the array cannot be read. */
    BAD_DTYPE,
    /** 5: a NaN or an infinity, in the adapter or in the evidence. */
    NON_FINITE,
    /** 6: the number of examples is missing, not an integer, or not positive. */
    BAD_NUM_EXAMPLES,
    /** 7: the evidence was made for another probe, another base adapter, or other LoRA A matrices. */
    FINGERPRINT_MISMATCH,
    /** 8: the evidence has steps, keys or sizes that cannot be, or is no evidence at all. */
    BAD_EVIDENCE,
    /** 9: the level needs evidence that is not there. */
    MISSING_EVIDENCE,
    /** 10: the last step of the evidence is not the update that was submitted. */
    EVIDENCE_MISMATCH,
    /** 11: the client changed nothing. */
    ZERO_UPDATE,
    /** 12: the update is many times longer than those of the round. */
    OVERSIZED,
    /**
     * The update is as long as for code 12, but not beside those of its own round: the length that they are measured by has
     * fallen behind. Counts as an absence, not as a violation.
     */
    OUTGROWN,
    /** 13: the client sent the same update before. */
    REPLAYED,
    /** None of these. */
    OK;

    /** Returns whether the code stands for a breach: weight 0 and a harmful round, whatever the scores say. */
    public boolean isViolation() {
        return takesPart() && this != OK;
    }

    /** Returns whether the round counts for the client; if not, all that is remembered of it stays as it was. */
    public boolean takesPart() {
        return this != NO_REPLY && this != OUTGROWN;
    }

    /** Returns whether a reply with this code holds a finite adapter, so that its digest is remembered (codes 7 and up). */
    public boolean isPastContent() {
        return compareTo(BAD_NUM_EXAMPLES) > 0;
    }
}
