package io.safefedllm.probe.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.util.cuda.CudaUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device that was found usable, and the way to get arrays on it. */
public final class DjlDevice {
    private static final Logger LOG = LoggerFactory.getLogger(DjlDevice.class);
    private static final String WHAT_TO_DO = "; install torch " + DjlRuntime.TORCH_VERSION
            + " for CUDA 12 and set PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR, or ask for cpu";

    private final Device device;

    private DjlDevice(Device device) {
        this.device = device;
    }

    /**
     * Finds the device. {@code auto} logs which one it took and why; for {@code cpu} nothing native is loaded yet.
     *
     * @throws DeviceUnavailableException if a CUDA device was asked for and cannot be used
     */
    public static DjlDevice resolve(ComputeDevice wanted) {
        DjlRuntime.keepOffline();
        return switch (wanted.kind()) {
            case CPU -> new DjlDevice(Device.cpu());
            case CUDA -> requireCuda(wanted.index());
            case AUTO -> auto();
        };
    }

    /** Returns whether this is a CUDA device. */
    public boolean isCuda() {
        return device.isGpu();
    }

    /** Returns a manager whose arrays live on this device; the caller closes it. The engine starts on the first call. */
    public NDManager newManager() {
        return DjlRuntime.engine().newBaseManager(device);
    }

    /** Returns {@code cpu} or {@code cuda:N}. */
    @Override
    public String toString() {
        return isCuda() ? "cuda:" + device.getDeviceId() : "cpu";
    }

    private static DjlDevice auto() {
        if (CudaUtils.getGpuCount() == 0) {
            LOG.info("device=cpu (auto: this machine shows no CUDA device)");
            return new DjlDevice(Device.cpu());
        }
        try {
            DjlDevice cuda = requireCuda(0);
            LOG.info("device={} (auto)", cuda);
            return cuda;
        } catch (DeviceUnavailableException e) {
            LOG.warn("device=cpu (auto: {})", e.getMessage());
            return new DjlDevice(Device.cpu());
        }
    }

    private static DjlDevice requireCuda(int index) {
        int devices = CudaUtils.getGpuCount();
        if (index >= devices) {
            throw new DeviceUnavailableException("cuda:" + index + " was asked for but this machine shows " + devices
                    + " CUDA devices" + WHAT_TO_DO);
        }
        Engine engine = DjlRuntime.engine();
        if (!engine.hasCapability("CUDA")) {
            throw new DeviceUnavailableException(
                    "cuda:" + index + " was asked for but the PyTorch library is built for the CPU only" + WHAT_TO_DO);
        }
        DjlDevice device = new DjlDevice(Device.gpu(index));
        device.requireOneProduct();
        return device;
    }

    /** A device that is listed may still not compute: wrong driver, no memory. */
    private void requireOneProduct() {
        try (NDManager manager = newManager();
                NDArray two = manager.create(new float[] {2})) {
            float product = two.mul(two).toFloatArray()[0];
            if (product != 4f) {
                throw new DeviceUnavailableException(this + " computes 2 x 2 = " + product + "; ask for cpu");
            }
        } catch (ai.djl.engine.EngineException e) {
            throw new DeviceUnavailableException(this + " does not compute: " + e.getMessage() + WHAT_TO_DO, e);
        }
    }
}
