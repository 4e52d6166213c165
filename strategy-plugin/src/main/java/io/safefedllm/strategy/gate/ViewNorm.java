package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraUpdate;

/** Measures the part of an update that one view of the probe looks at (SF-7.1, code 11). */
@FunctionalInterface
public interface ViewNorm {
    /** Returns the Euclidean norm of the view's feature before it is normalised. */
    double of(LoraUpdate update);

    /** Returns whether the norm is below a bound, which may be known before the norm is. */
    default boolean isBelow(LoraUpdate update, double bound) {
        return of(update) < bound;
    }
}
