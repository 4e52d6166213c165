package io.safefedllm.strategy.trust;

/**
 * How far a client's update is trusted, w of SF-4 and SF-7.4; the opposite of a probe score.
 *
 * @param value in [0, 1]; 0 keeps the update out of the aggregate altogether
 */
public record SecurityWeight(double value) {
    /** No trust. */
    public static final SecurityWeight NONE = new SecurityWeight(0.0);

    /** Full trust. */
    public static final SecurityWeight FULL = new SecurityWeight(1.0);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the value is outside [0, 1] or NaN
     */
    public SecurityWeight {
        if (!(value >= 0.0 && value <= 1.0)) {
            throw new IllegalArgumentException("security weight must be in [0, 1] but was " + value);
        }
    }
}
