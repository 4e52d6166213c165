package io.safefedllm.strategy.journal;

/** Why a round left the adapter as it was; of several that apply, the first counts (SF-7.8). */
public enum SkipReason {
    /** No client counts: none replied without breaking a rule, or all that did were in quarantine. */
    NO_CLIENTS,
    /** Fewer usable replies than the quorum. */
    TOO_FEW_REPLIES,
    /** The mean weight is below the threshold. */
    LOW_TRUST,
    /** All effective samples together are 0. */
    NO_EFFECTIVE_SAMPLES,
    /** The rule takes all updates for copies of one and trusts none of them (BL-11). */
    ALL_SIMILAR,
    /** The rule kept no row (BL-13). */
    NOTHING_KEPT,
    /** The rule assumes more attackers than it can bear with these rows, and was told not to assume fewer (BL-0.6). */
    TOO_MANY_ATTACKERS,
    /** The aggregate, or every row of it, holds a NaN or an infinity. */
    NON_FINITE_AGGREGATE
}
