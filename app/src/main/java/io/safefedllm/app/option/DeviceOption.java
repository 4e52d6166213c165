package io.safefedllm.app.option;

import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.probe.engine.ComputeDevice;
import picocli.CommandLine.Option;

/** Where a model computes. */
public final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "auto, cpu, cuda:0 …; a device that is named and cannot be used is an error"
                    + " (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    /** Returns what was asked for, checked. */
    public ComputeDevice asked() {
        return Checked.usage(() -> ComputeDevice.parse(device));
    }

    /** Finds the device. */
    public EngineDevice resolve() {
        return EngineDevice.resolve(asked());
    }
}
