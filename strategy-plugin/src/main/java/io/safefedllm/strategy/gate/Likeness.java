package io.safefedllm.strategy.gate;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Whose work an update looks like, its length apart (SF-7.6, {@code duplicates = strike}).
 *
 * @param twin the lowest other node of the round that sent the same, unsigned decimal
 * @param stepDistance how far the update is from the nearest multiple of a step that the server made of late, relative to
 *     its length, in [0, 1]; nothing where there was none
 */
public record Likeness(Optional<String> twin, OptionalDouble stepDistance) {
    /** Like nothing known. */
    public static final Likeness NONE = new Likeness(Optional.empty(), OptionalDouble.empty());

    /**
     * What is the same up to length and rounding. Honest clients of one round are many times further apart; see
     * docs/RATIONALE.md for the measurement.
     */
    public static final double TOLERANCE = 0.02;

    /** Returns whether the update repeats a step of the server. */
    public boolean isStep() {
        return stepDistance.isPresent() && stepDistance.getAsDouble() <= TOLERANCE;
    }
}
