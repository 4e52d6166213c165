package io.safefedllm.strategy.aggregate;

/**
 * A rule could not combine the rows; the round keeps its adapter.
 *
 * @param why the cause
 */
public record NoAggregate(Reason why) implements RuleOutcome {

    /** Why there is no result. */
    public enum Reason {
        /** No row has a positive weight and finite elements (BL-0.3). */
        NO_ROWS,
        /** FoolsGold found all updates alike and trusts none of them (BL-11). */
        ALL_SIMILAR,
        /** The random views of divide-and-conquer agree on no row (BL-13). */
        NOTHING_KEPT,
        /** More attackers are assumed than the rule can bear with these rows, and it was told not to assume fewer (BL-0.6). */
        TOO_MANY_ATTACKERS
    }
}
