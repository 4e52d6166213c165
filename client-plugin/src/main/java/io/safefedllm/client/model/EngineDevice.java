package io.safefedllm.client.model;

import java.util.OptionalInt;

/**
 * Where a model lives.
 *
 * @param gpu number of the CUDA device, or empty for the processor
 */
public record EngineDevice(OptionalInt gpu) {
    /** The processor. */
    public static final EngineDevice CPU = new EngineDevice(OptionalInt.empty());

    /** Refuses negative numbers. */
    public EngineDevice {
        if (gpu.isPresent() && gpu.getAsInt() < 0) {
            throw new IllegalArgumentException("GPU number must not be negative but was " + gpu.getAsInt());
        }
    }

    /** A CUDA device by number, from 0. */
    public static EngineDevice gpu(int number) {
        return new EngineDevice(OptionalInt.of(number));
    }
}
