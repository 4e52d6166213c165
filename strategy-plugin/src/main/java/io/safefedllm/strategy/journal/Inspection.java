package io.safefedllm.strategy.journal;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.EvidenceSource;
import java.util.Optional;

/**
 * What was looked at of a client in a round.
 *
 * @param shadowAsked whether the client was asked for a shadow run, by its level or for an audit
 * @param source who made the records; nothing where none were scored
 * @param evidence the scores, where the client was admitted and the run scores
 * @param evidenceSha256 digest of the last record that was scored, where it is not the submitted update itself
 */
public record Inspection(
        boolean shadowAsked,
        Optional<EvidenceSource> source,
        Optional<Evidence> evidence,
        Optional<String> evidenceSha256) {
    /** Nothing was looked at. */
    public static Inspection none(boolean shadowAsked) {
        return new Inspection(shadowAsked, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
