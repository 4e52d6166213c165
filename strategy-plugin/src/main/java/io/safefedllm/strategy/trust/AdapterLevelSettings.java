package io.safefedllm.strategy.trust;

import java.util.OptionalDouble;

/**
 * How the adapter level places its cut (SF-14). The two numbers come from the probe's card.
 *
 * @param rule where the cut is
 * @param sigma0 standard deviation of the logit over held-out benign updates, not negative
 * @param q0 conformal quantile of the logit over held-out benign updates: the cut where a round has fewer than three
 *     admitted replies
 */
public record AdapterLevelSettings(AdapterRule rule, OptionalDouble sigma0, OptionalDouble q0) {
    /** The guarded rule, without the numbers of a probe. */
    public static final AdapterLevelSettings DEFAULTS =
            new AdapterLevelSettings(AdapterRule.GUARDED, OptionalDouble.empty(), OptionalDouble.empty());

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is not finite, or {@code sigma0} is negative
     */
    public AdapterLevelSettings {
        sigma0.ifPresent(value -> Ranges.notNegative("sigma0", value));
        if (q0.isPresent() && !Double.isFinite(q0.getAsDouble())) {
            throw new IllegalArgumentException("q0 must be finite but was " + q0.getAsDouble());
        }
    }

    /** Returns these settings with the numbers of a probe's card. */
    public AdapterLevelSettings calibrated(double sigma0, double q0) {
        return new AdapterLevelSettings(rule, OptionalDouble.of(sigma0), OptionalDouble.of(q0));
    }
}
