package io.safefedllm.strategy.trust;

/**
 * Turns one client's testimony into a weight.
 *
 * <p>Missing evidence fails closed: a violation, and at a level that scores a testimony without a score, gives {@link
 * SecurityWeight#NONE} and counts as a harmful round. This is decided here and nowhere else.
 *
 * <p>A policy draws nothing and keeps nothing itself; what it remembers of a client is in the ledger. The same ledger and
 * testimony give the same verdict. It is called once for every client that replied in a round, in ascending unsigned node
 * id, and never for a client that is absent.
 */
@FunctionalInterface
public interface TrustPolicy {

    /** Weighs one client and brings the ledger up to date. */
    Verdict weigh(Testimony testimony, TrustLedger ledger);
}
