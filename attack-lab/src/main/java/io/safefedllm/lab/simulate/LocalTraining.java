package io.safefedllm.lab.simulate;

import io.safefedllm.probe.lora.LoraConfig;
import java.util.List;

/**
 * What a client does in a round.
 *
 * @param steps local optimiser steps, at least 1
 * @param batchSize rows a step, at least 1
 * @param learningRate constant rate, positive
 * @param lora the adapter
 * @param rows how many rows a client holds at most, at least 1
 * @param maxLength tokens after which a row is cut, at least 2
 */
public record LocalTraining(int steps, int batchSize, double learningRate, LoraConfig lora, int rows, int maxLength) {
    /** The seed of LoRA-A in the first adapter. Fixed: what a probe has learnt holds for one LoRA-A only. */
    public static final long LORA_SEED = 2023;

    /** A learning rate at which the attack hurts the bundled model. */
    public static final LocalTraining DEFAULTS = new LocalTraining(
            5, 16, 3e-3, new LoraConfig(8, 16, 0.0, List.of("q_proj", "v_proj"), "examples/tiny-llama"), 160, 48);

    /**
     * Two steps on four short rows: what ten clients of a small language model can do on a processor within minutes. The base that its adapters
     * name is to be replaced.
     */
    public static final LocalTraining OWN_DATA = new LocalTraining(2, 4, 2e-3, DEFAULTS.lora(), 160, 60);

    /** Checks the ranges given above. */
    public LocalTraining {
        if (steps < 1 || batchSize < 1 || rows < 1) {
            throw new IllegalArgumentException("steps, batch size and rows must be at least 1 but were " + steps + ", "
                    + batchSize + " and " + rows);
        }
        if (maxLength < 2) {
            throw new IllegalArgumentException("maximum length must be at least 2 but was " + maxLength);
        }
        if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("learning rate must be positive but was " + learningRate);
        }
    }
}
