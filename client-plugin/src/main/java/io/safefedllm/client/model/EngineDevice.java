package io.safefedllm.client.model;

import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DjlDevice;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Where a model lives. Two are equal if they are the same device, whatever the reasons.
 *
 * @param gpu number of the CUDA device, or empty for the processor
 * @param reason why there, one clause for people
 */
public record EngineDevice(OptionalInt gpu, String reason) {
    /** The processor, as asked for. */
    public static final EngineDevice CPU = new EngineDevice(OptionalInt.empty(), DjlDevice.AS_ASKED_FOR);

    /** Refuses negative numbers. */
    public EngineDevice {
        if (gpu.isPresent() && gpu.getAsInt() < 0) {
            throw new IllegalArgumentException("GPU number must not be negative but was " + gpu.getAsInt());
        }
    }

    /**
     * Finds the device that a user asked for; {@code auto} logs which one it took and why.
     *
     * @throws io.safefedllm.probe.engine.DeviceUnavailableException if a CUDA device was asked for and cannot be used; there is no
     *     silent fallback
     */
    public static EngineDevice resolve(ComputeDevice wanted) {
        DjlDevice found = DjlDevice.resolve(wanted);
        return new EngineDevice(found.isCuda() ? OptionalInt.of(found.index()) : OptionalInt.empty(), found.reason());
    }

    /** A CUDA device by number, from 0, as asked for. */
    public static EngineDevice gpu(int number) {
        return new EngineDevice(OptionalInt.of(number), DjlDevice.AS_ASKED_FOR);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EngineDevice device && gpu.equals(device.gpu);
    }

    @Override
    public int hashCode() {
        return gpu.hashCode();
    }

    /** As a user would ask for it: {@code cpu} or {@code cuda:N}. */
    @Override
    public String toString() {
        return asked().toString();
    }

    ComputeDevice asked() {
        return gpu.isPresent() ? ComputeDevice.cuda(gpu.getAsInt()) : ComputeDevice.CPU;
    }
}
