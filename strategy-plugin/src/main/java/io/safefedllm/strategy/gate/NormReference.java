package io.safefedllm.strategy.gate;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The length that updates are measured by, from round to round (SF-7.7).
 *
 * <p>Its only state is the rho of the last round that counts: one that was not skipped, or one whose median was refused as
 * oversized ({@link RoundNorms#isOutgrown}). The record is its own snapshot. Immutable.
 *
 * @param previous rho of that round, not negative; nothing before the first
 */
public record NormReference(OptionalDouble previous) {
    /** The state of a run that begins. */
    public static final NormReference FRESH = new NormReference(OptionalDouble.empty());

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if rho is negative or NaN
     */
    public NormReference {
        if (!(previous.orElse(0.0) >= 0.0)) {
            throw new IllegalArgumentException("rho must not be negative but was " + previous.getAsDouble());
        }
    }

    /**
     * Measures a round: med = the lower median of the norms, element ceil(m / 2) of m ascending; rho = min(med, growth *
     * rho of the round before), the first time med. NaN counts as longest. O(m log m); the argument is not changed.
     *
     * @param norms of ||L - G|| over the whole adapter, of all replies that passed codes 1 to 11; at least one
     * @throws IllegalArgumentException if there is no norm
     */
    public RoundNorms measure(NormSettings settings, double[] norms) {
        if (norms.length == 0) {
            throw new IllegalArgumentException("a round without replies has no norms to measure");
        }
        double[] ascending = norms.clone();
        Arrays.sort(ascending);
        double median = ascending[(norms.length + 1) / 2 - 1];
        double rho = previous.isPresent() ? Math.min(median, settings.growth() * previous.getAsDouble()) : median;
        return new RoundNorms(settings, median, rho);
    }

    /**
     * Returns the state after a round. A skipped round leaves this state as it is unless most of its updates have outgrown
     * it: then rho grows all the same, or no later round could have another outcome. So does a rho of 0, from which nothing
     * grows.
     */
    public NormReference after(RoundNorms round, boolean skipped) {
        boolean counts = !skipped || round.isOutgrown();
        boolean measures = round.rho() > 0.0 && Double.isFinite(round.rho());
        return counts && measures ? new NormReference(OptionalDouble.of(round.rho())) : this;
    }
}
