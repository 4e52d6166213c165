package io.safefedllm.client.train;

import io.safefedllm.probe.lora.LoraAdapter;
import java.util.function.Supplier;

/** Hears of every step, on the training thread. What it throws ends the training. */
@FunctionalInterface
public interface StepListener {
    /** Listens to nothing. */
    StepListener NONE = (report, adapter) -> {};

    /**
     * Called after every optimiser step.
     *
     * @param report numbers of the step
     * @param adapter copies the adapter as it is after the step; costs nothing unless asked
     */
    void afterStep(StepReport report, Supplier<LoraAdapter> adapter);
}
