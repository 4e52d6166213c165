package io.safefedllm.probe;

import ai.djl.util.cuda.CudaUtils;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DeviceUnavailableException;
import io.safefedllm.probe.engine.DjlDevice;
import org.junit.jupiter.api.Assumptions;

/** What tests on a CUDA device begin with. */
public final class Cuda {
    private Cuda() {}

    /** Skips {@code test}, and prints why, where there is no CUDA device that computes. */
    public static void require(Class<?> test) {
        String reason = "";
        try {
            reason = CudaUtils.getGpuCount() == 0 ? "this machine shows no CUDA device" : "";
            if (reason.isEmpty()) {
                DjlDevice.resolve(ComputeDevice.cuda(0));
            }
        } catch (DeviceUnavailableException e) {
            reason = String.valueOf(e.getMessage());
        }
        if (!reason.isEmpty()) {
            System.out.println(test.getSimpleName() + " does not run: " + reason);
        }
        Assumptions.assumeTrue(reason.isEmpty(), reason);
    }
}
