package io.safefedllm.strategy.gate;

import io.safefedllm.strategy.exchange.ReplyCode;

/**
 * What the gate found in a reply's record of local steps (SF-7.1).
 *
 * @param code OK, or the first of codes 5 and 7 to 10 that applies
 * @param detail one line for the log, empty if the code is OK
 */
public record StepFinding(ReplyCode code, String detail) {
    /** Nothing wrong. */
    public static final StepFinding FINE = new StepFinding(ReplyCode.OK, "");
}
