package io.safefedllm.strategy.journal;

/** Why a round left the adapter as it was; of several that apply, the first counts (SF-7.8). */
public enum SkipReason {
    /** No client replied without breaking a rule. */
    NO_CLIENTS,
    /** Fewer usable replies than the quorum. */
    TOO_FEW_REPLIES,
    /** The mean weight is below the threshold. */
    LOW_TRUST,
    /** All effective samples together are 0. */
    NO_EFFECTIVE_SAMPLES,
    /** The aggregate, or every row of it, holds a NaN or an infinity. */
    NON_FINITE_AGGREGATE
}
