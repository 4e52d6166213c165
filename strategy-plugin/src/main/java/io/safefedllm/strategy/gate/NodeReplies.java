package io.safefedllm.strategy.gate;

import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.ReplyCode;
import java.util.Optional;

/**
 * A node's answers of one round: to the main task, and to the shadow task if there was one (SF-13.3). Either may be missing.
 *
 * @param nodeId unsigned
 * @param main the answer to the main task, or nothing
 * @param shadow the answer to the shadow task, or nothing
 * @param shadowAsked whether there was a shadow task
 * @param mainSteps what {@link Gate#examine} found in the record of the main run
 * @param shadowSteps what it found in the record of the shadow run
 */
public record NodeReplies(
        long nodeId,
        Optional<DecodeResult> main,
        Optional<DecodeResult> shadow,
        boolean shadowAsked,
        StepFinding mainSteps,
        StepFinding shadowSteps) {

    /** Makes answers without a record of their steps, where none is needed. */
    public NodeReplies(long nodeId, Optional<DecodeResult> main, Optional<DecodeResult> shadow, boolean shadowAsked) {
        this(nodeId, main, shadow, shadowAsked, StepFinding.FINE, StepFinding.FINE);
    }

    /** Returns the code of answers that are missing or malformed, else {@link ReplyCode#OK} (codes 1 to 4, SF-13.3). */
    ReplyCode form() {
        ReplyCode mainCode = code(main);
        if (!shadowAsked) {
            return mainCode;
        }
        ReplyCode shadowCode = code(shadow);
        if (mainCode == ReplyCode.NO_REPLY || shadowCode == ReplyCode.NO_REPLY) {
            return mainCode == shadowCode ? ReplyCode.NO_REPLY : onlyOne(mainCode, shadowCode);
        }
        return first(mainCode, shadowCode);
    }

    /** Returns the code of the main answer alone: all that counts where missing evidence is trusted. */
    ReplyCode mainForm() {
        return code(main);
    }

    /** An answer that breaks a rule keeps its own code; codes come in the order of the table. */
    private static ReplyCode onlyOne(ReplyCode mainCode, ReplyCode shadowCode) {
        ReplyCode given = mainCode == ReplyCode.NO_REPLY ? shadowCode : mainCode;
        return first(given, ReplyCode.MISSING_EVIDENCE);
    }

    private static ReplyCode first(ReplyCode a, ReplyCode b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static ReplyCode code(Optional<DecodeResult> answer) {
        return answer.map(NodeReplies::code).orElse(ReplyCode.NO_REPLY);
    }

    private static ReplyCode code(DecodeResult result) {
        return result instanceof DecodeResult.Malformed malformed ? malformed.code() : ReplyCode.OK;
    }

    /** Returns the finding that comes first in the order of the codes. */
    StepFinding steps() {
        return mainSteps.code().compareTo(shadowSteps.code()) <= 0 ? mainSteps : shadowSteps;
    }

    /** Returns the first detail that an unusable answer came with. */
    String detail() {
        return main.flatMap(NodeReplies::detailOf)
                .or(() -> shadow.flatMap(NodeReplies::detailOf))
                .orElse("no answer in time");
    }

    private static Optional<String> detailOf(DecodeResult result) {
        return result instanceof DecodeResult.Malformed malformed ? Optional.of(malformed.detail()) : Optional.empty();
    }

    static Optional<ClaimedUpdate> claim(Optional<DecodeResult> answer) {
        return answer.flatMap(result ->
                result instanceof DecodeResult.Claimed claimed ? Optional.of(claimed.claim()) : Optional.empty());
    }
}
