package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.Optional;

/**
 * What a policy gets to know of one client in one round.
 *
 * @param round the round
 * @param nodeId unsigned
 * @param code the gate's code; never {@link ReplyCode#NO_REPLY}, an absent client has no testimony
 * @param evidence the scores; nothing for a violation and in runs that do not score
 */
public record Testimony(ServerRound round, long nodeId, ReplyCode code, Optional<Evidence> evidence) {
    /**
     * Checks the code.
     *
     * @throws IllegalArgumentException if the client is absent
     */
    public Testimony {
        if (code == ReplyCode.NO_REPLY) {
            throw new IllegalArgumentException("an absent client has no testimony");
        }
    }

    /** Returns the evidence if the client broke no rule and every record of it was scored. */
    Optional<Evidence> usableEvidence() {
        return code.isViolation() ? Optional.empty() : evidence.filter(Evidence::isUsable);
    }
}
