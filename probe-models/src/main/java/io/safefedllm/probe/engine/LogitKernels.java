package io.safefedllm.probe.engine;

import io.safefedllm.probe.model.ProbeSet;

/** Chooses the kernel for a device. */
final class LogitKernels {
    private LogitKernels() {}

    static LogitKernel open(ProbeSet probes, ComputeDevice device) {
        DjlDevice resolved = DjlDevice.resolve(device);
        return resolved.isCuda() ? new CudaLogitKernel(probes, resolved) : new CpuLogitKernel(probes);
    }
}
