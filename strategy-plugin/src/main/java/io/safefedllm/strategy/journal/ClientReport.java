package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.trust.SecurityWeight;
import io.safefedllm.strategy.trust.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything that was decided about one client in one round.
 *
 * @param nodeId unsigned
 * @param code the gate's code
 * @param detail one line on a refusal, empty otherwise
 * @param claimedExamples what the client claimed, where it could be read
 * @param cappedExamples what counts; 0 for a client that was refused
 * @param scores what was scored, empty where nothing was
 * @param norm length of the submitted update, where it was admitted; may be non-finite in a run that does not screen
 * @param updateSha256 digest of the submitted update (SF-7.6), where it was admitted
 * @param verdict the policy's word; nothing for an absent client
 */
public record ClientReport(
        long nodeId,
        ReplyCode code,
        String detail,
        OptionalLong claimedExamples,
        long cappedExamples,
        List<StepScores> scores,
        OptionalDouble norm,
        Optional<String> updateSha256,
        Optional<Verdict> verdict) {
    /** Copies the list. */
    public ClientReport {
        scores = List.copyOf(scores);
    }

    /** Returns the weight in the aggregation; 0 for a client that is absent or was refused. */
    public double weight() {
        return verdict.map(Verdict::weight).orElse(SecurityWeight.NONE).value();
    }

    /** Returns e = n w, in samples, as if the round were not skipped (SF-4.8). */
    public double effectiveSamples() {
        return cappedExamples * weight();
    }

    /** Returns whether the client counts in the mean weight: it replied and broke no rule (SF-7.8). */
    public boolean counts() {
        return code == ReplyCode.OK;
    }

    /** Returns why the weight is what it is: a code, {@code HARMFUL}, or {@code OK}. */
    public String reason() {
        boolean harmful = code == ReplyCode.OK && verdict.map(Verdict::harmful).orElse(false);
        return harmful ? "HARMFUL" : code.name();
    }
}
