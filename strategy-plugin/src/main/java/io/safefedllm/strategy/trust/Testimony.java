package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.Copied;
import java.util.Optional;

/**
 * What a policy gets to know of one client in one round.
 *
 * @param round the round
 * @param nodeId unsigned
 * @param code the gate's code; an absent client, or one that counts as absent, has no testimony
 * @param numExamples n, the samples that count, not negative; not looked at for a violation
 * @param shadowAsked whether a shadow run was demanded of the client in this round, be it by the level, by an audit or by
 *     a second opinion (SF-14.5)
 * @param evidence the scores; nothing for a violation and in runs that do not score
 * @param copied whose work the client sent as its own, where that counts
 */
public record Testimony(
        ServerRound round,
        long nodeId,
        ReplyCode code,
        long numExamples,
        boolean shadowAsked,
        Optional<Evidence> evidence,
        Optional<Copied> copied) {
    /**
     * Checks code and samples.
     *
     * @throws IllegalArgumentException if the client is absent or its samples are negative
     */
    public Testimony {
        if (!code.takesPart()) {
            throw new IllegalArgumentException("an absent client has no testimony");
        }
        if (numExamples < 0) {
            throw new IllegalArgumentException("samples must not be negative but were " + numExamples);
        }
    }

    /** Makes the testimony of a client that sent its own work. */
    public Testimony(
            ServerRound round,
            long nodeId,
            ReplyCode code,
            long numExamples,
            boolean shadowAsked,
            Optional<Evidence> evidence) {
        this(round, nodeId, code, numExamples, shadowAsked, evidence, Optional.empty());
    }
}
