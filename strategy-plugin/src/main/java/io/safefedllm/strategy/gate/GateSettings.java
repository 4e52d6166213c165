package io.safefedllm.strategy.gate;

import io.safefedllm.strategy.exchange.EvidencePolicy;
import java.util.OptionalLong;

/**
 * What the gate checks of one reply (SF-7.1, SF-7.2).
 *
 * @param screening whether content is checked (codes 5 and up, sample cap); off in runs without a defence, which see only
 *     the form of replies
 * @param policy whether content and evidence that break a rule refuse a reply ({@code evidence-policy})
 * @param zeroEpsilon norms below it count as no update at all, at least 0 (SF-7.1, code 11)
 * @param maxNumExamples upper bound that claimed examples are cut to, at least 1; none cuts nothing (SF-7.2)
 * @param deltaBase which adapter is taken off before scoring (SF-1.5)
 */
public record GateSettings(
        boolean screening,
        EvidencePolicy policy,
        double zeroEpsilon,
        OptionalLong maxNumExamples,
        DeltaBase deltaBase) {
    /** The specification's zero tolerance. */
    public static final double DEFAULT_ZERO_EPSILON = 1e-12;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public GateSettings {
        if (!(zeroEpsilon >= 0.0 && zeroEpsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("zero tolerance must be finite and not negative but was " + zeroEpsilon);
        }
        if (maxNumExamples.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "largest number of examples must be at least 1 but was " + maxNumExamples.getAsLong());
        }
    }

    /** Makes settings that refuse what breaks a rule, cut at {@code maxNumExamples} and take the base of the run. */
    public GateSettings(boolean screening, double zeroEpsilon, long maxNumExamples) {
        this(screening, EvidencePolicy.REJECT, zeroEpsilon, OptionalLong.of(maxNumExamples), DeltaBase.AUTO);
    }

    /** Returns whether codes 5 to 11 refuse a reply. */
    boolean refuses() {
        return screening && policy == EvidencePolicy.REJECT;
    }
}
