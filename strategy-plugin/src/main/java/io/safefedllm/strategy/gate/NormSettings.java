package io.safefedllm.strategy.gate;

import java.util.OptionalDouble;

/**
 * How long an update may be, measured by the others of its round (SF-7.1 code 12, SF-7.7).
 *
 * @param clip whether longer updates are shortened
 * @param factor kappa: how many times rho an update may keep, positive
 * @param growth by which factor rho may grow from one round to the next, at least 1
 * @param oversizeFactor from how many times rho on a reply is refused, positive; none refuses none
 */
public record NormSettings(boolean clip, double factor, double growth, OptionalDouble oversizeFactor) {
    /** The specification's values in hardened mode. */
    public static final NormSettings DEFAULTS = new NormSettings(true, 1.0, 2.0, OptionalDouble.of(10.0));

    /** No clip, no reply is too long: paper-faithful mode. */
    public static final NormSettings OFF = new NormSettings(false, 1.0, 2.0, OptionalDouble.empty());

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public NormSettings {
        requirePositive("clip factor", factor);
        requirePositive("oversize factor", oversizeFactor.orElse(1.0));
        if (!(growth >= 1.0 && growth < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("clip growth must be at least 1 and finite but was " + growth);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0.0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be positive and finite but was " + value);
        }
    }
}
