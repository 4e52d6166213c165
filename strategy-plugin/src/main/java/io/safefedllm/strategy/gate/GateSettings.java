package io.safefedllm.strategy.gate;

/**
 * What the gate checks.
 *
 * @param screening whether content is checked (codes 5 and up, sample cap); off in runs without a defence, which see only
 *     the form of replies
 * @param zeroEpsilon norms below it count as no update at all, at least 0 (SF-7.1, code 11)
 * @param maxNumExamples upper bound that claimed examples are cut to, at least 1 (SF-7.2)
 */
public record GateSettings(boolean screening, double zeroEpsilon, long maxNumExamples) {
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
        if (maxNumExamples < 1) {
            throw new IllegalArgumentException(
                    "largest number of examples must be at least 1 but was " + maxNumExamples);
        }
    }
}
