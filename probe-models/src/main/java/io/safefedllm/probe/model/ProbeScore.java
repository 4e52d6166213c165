package io.safefedllm.probe.model;

/**
 * How harmful a probe takes an update to be: 0 benign, 1 harmful.
 *
 * <p>Not to be mixed up with a security weight, which has the same range and the opposite meaning.
 *
 * @param value a probability in [0, 1]
 */
public record ProbeScore(double value) {
    /** Where the scaled score of SF-7.3b passes its threshold, whatever the threshold of the view. */
    private static final double SCALED_THRESHOLD = 0.8;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the value is outside [0, 1] or NaN
     */
    public ProbeScore {
        if (!(value >= 0.0 && value <= 1.0)) {
            throw new IllegalArgumentException("probe score must be in [0, 1] but was " + value);
        }
    }

    /**
     * Returns sigma(z), rounded to binary32 (SF-2.1). Large |z| saturates at 0 or 1 without overflow.
     *
     * @throws IllegalArgumentException if {@code z} is NaN
     */
    public static ProbeScore ofLogit(double z) {
        return new ProbeScore((float) sigma(z));
    }

    /** Returns 1 / (1 + exp(-x)), computed so that exp never overflows (SF-0.4). NaN gives NaN. */
    public static double sigma(double x) {
        double e = Math.exp(-Math.abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /** Returns whether the score reaches {@code threshold}; a tie counts as harmful (SF-2.2). */
    public boolean isMaliciousAt(double threshold) {
        return value >= threshold;
    }

    /**
     * Returns the score on a scale on which 0.8 is the threshold (SF-7.3b), so that views with different thresholds can be
     * compared: 0.8 p / tau below the threshold, 0.8 + 0.2 (p - tau) / (1 - tau) from there on, 1 if p reaches tau = 1.
     *
     * @param threshold tau of the view, in [0, 1]
     */
    public double scaledFor(double threshold) {
        if (!isMaliciousAt(threshold)) {
            return SCALED_THRESHOLD * value / threshold;
        }
        return threshold < 1 ? SCALED_THRESHOLD + (1 - SCALED_THRESHOLD) * (value - threshold) / (1 - threshold) : 1.0;
    }
}
