package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.gate.Likeness;
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
 * @param code the firewall's code
 * @param detail one line on a refusal, empty otherwise
 * @param submission what the client sent
 * @param inspection what was looked at
 * @param verdict the policy's word; nothing for an absent client
 * @param clip the factor that the update was shortened by, in [0, 1] (SF-7.7)
 * @param duplicates how many clients of the round sent this very update, itself included (SF-7.6); 1 where that does not
 *     count
 * @param likeness whose work the update looks like, where the round compares them
 */
public record ClientReport(
        long nodeId,
        ReplyCode code,
        String detail,
        Submission submission,
        Inspection inspection,
        Optional<Verdict> verdict,
        double clip,
        int duplicates,
        Likeness likeness) {

    /** Returns what the client claimed, where that could be read. */
    public OptionalLong claimedExamples() {
        return submission.claimedExamples();
    }

    /** Returns the samples that count; 0 for a client that was refused. */
    public long cappedExamples() {
        return submission.cappedExamples();
    }

    /** Returns what was scored, empty where nothing was. */
    public List<StepScores> scores() {
        return inspection.evidence().map(Evidence::all).orElse(List.of());
    }

    /** Returns the length of the submitted update, where it was admitted by itself. */
    public OptionalDouble norm() {
        return submission.norm();
    }

    /** Returns the digest of the submitted update, where the reply got past code 6. */
    public Optional<String> updateSha256() {
        return submission.updateSha256();
    }

    /** Returns the weight w in the aggregation, duplicates sharing one; 0 for a client that is absent or was refused. */
    public double weight() {
        return verdict.map(Verdict::weight).orElse(SecurityWeight.NONE).value() / duplicates;
    }

    /** Returns e = n w, in samples, as if the round were not skipped (SF-4.8). */
    public double effectiveSamples() {
        return cappedExamples() * weight();
    }

    /** Returns whether the client's update may enter the aggregate: it replied and broke no rule. */
    public boolean isAdmitted() {
        return code == ReplyCode.OK;
    }

    /** Returns whether the client was in quarantine when the round began (SF-7.5). */
    public boolean isQuarantined() {
        return verdict.map(Verdict::quarantinedAtStart).orElse(false);
    }

    /** Returns why the weight is what it is: a code, {@code HARMFUL}, {@code QUARANTINED} or {@code OK}. */
    public String reason() {
        if (code != ReplyCode.OK) {
            return code.name();
        }
        if (verdict.map(Verdict::harmful).orElse(false)) {
            return "HARMFUL";
        }
        return isQuarantined() ? "QUARANTINED" : code.name();
    }
}
