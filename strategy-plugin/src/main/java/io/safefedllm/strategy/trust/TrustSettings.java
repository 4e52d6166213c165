package io.safefedllm.strategy.trust;

/**
 * How scores become weights.
 *
 * @param slope steepness of the client level's curve, positive (SF-4.3)
 * @param eta exponent of the shadow level's suppression, positive (SF-4.4)
 * @param harmfulShare share of harmful steps from which on a round counts as harmful, in (0, 1] (SF-7.3c)
 * @param minWeight floor of the weight of a client whose round is not harmful, in [0, 1] (SF-4.7)
 */
public record TrustSettings(double slope, double eta, double harmfulShare, double minWeight) {
    /** The specification's values. */
    public static final TrustSettings DEFAULTS = new TrustSettings(10.0, 7.0, 0.5, 0.0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public TrustSettings {
        requirePositive("slope", slope);
        requirePositive("eta", eta);
        if (!(harmfulShare > 0.0 && harmfulShare <= 1.0)) {
            throw new IllegalArgumentException("harmful share must be in (0, 1] but was " + harmfulShare);
        }
        if (!(minWeight >= 0.0 && minWeight <= 1.0)) {
            throw new IllegalArgumentException("least weight must be in [0, 1] but was " + minWeight);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0.0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be positive and finite but was " + value);
        }
    }
}
