package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;
import java.util.List;

/**
 * Turns the testimonies of a round into weights (SF-4.2 to SF-4.10, SF-7.3 to SF-7.5, SF-14).
 *
 * <p>Missing evidence fails closed: a violation, and at a level that scores a testimony without a score, gives {@link
 * SecurityWeight#NONE} and counts as a harmful round. This is decided here and nowhere else; {@code evidence-policy =
 * trust} is the one switch that makes missing evidence count as benign.
 *
 * <p>A policy draws nothing and keeps nothing itself; what it remembers of a client is in the ledger. The same ledger and
 * testimonies give the same verdicts.
 */
@FunctionalInterface
public interface TrustPolicy {

    /**
     * Weighs the clients of a round and brings the ledger up to date. Call once a round.
     *
     * @param round one testimony for each client that replied, none for one that is absent, ascending by unsigned node id
     * @return one verdict for each testimony, in the same order
     * @throws IllegalArgumentException if node ids do not ascend
     */
    List<Verdict> weigh(List<Testimony> round, TrustLedger ledger);

    /**
     * Returns whether a client must show a shadow run in a round, and when it may be told. Changes no state; ask before the
     * round is weighed.
     */
    default ShadowNeed shadowNeed(ServerRound round, long nodeId, TrustLedger ledger) {
        return ShadowNeed.NONE;
    }

    /** Returns whether nothing that a client sends counts any more, so that it need not be asked for more. Changes no state. */
    default boolean isBanned(long nodeId, TrustLedger ledger) {
        return false;
    }
}
