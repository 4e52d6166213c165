package io.safefedllm.probe.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.cuda.CudaUtils;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device that was found usable, and the way to get arrays on it. */
public final class DjlDevice {
    /** The reason of a device that was named. */
    public static final String AS_ASKED_FOR = "as asked for";

    private static final Logger LOG = LoggerFactory.getLogger(DjlDevice.class);
    private static final String WHAT_TO_DO = "; " + TorchLibrary.CUDA_REMEDY + ", or ask for cpu";

    private final Device device;
    private final String reason;

    private DjlDevice(Device device, String reason) {
        this.device = device;
        this.reason = reason;
    }

    /**
     * Finds the device. {@code auto} logs which one it took and why; for {@code cpu} nothing native is loaded yet.
     *
     * @throws DeviceUnavailableException if a CUDA device was asked for and cannot be used, or if the library that the environment
     *     names is none that works
     */
    public static DjlDevice resolve(ComputeDevice wanted) {
        DjlRuntime.keepOffline();
        if (wanted.kind() == ComputeDevice.Kind.CPU) {
            return new DjlDevice(Device.cpu(), AS_ASKED_FOR);
        }
        TorchLibrary.find().prepare();
        return wanted.kind() == ComputeDevice.Kind.CUDA ? requireCuda(wanted.index(), AS_ASKED_FOR) : auto();
    }

    /** Returns why this device and no other, one clause for people. */
    public String reason() {
        return reason;
    }

    /** Returns whether this is a CUDA device. */
    public boolean isCuda() {
        return device.isGpu();
    }

    /** Returns the number of the CUDA device; 0 for the CPU. */
    public int index() {
        return isCuda() ? device.getDeviceId() : 0;
    }

    /** Returns a manager whose arrays live on this device; the caller closes it. The engine starts on the first call. */
    public NDManager newManager() {
        return DjlRuntime.engine().newBaseManager(device);
    }

    /** Returns {@code cpu} or {@code cuda:N}. */
    @Override
    public String toString() {
        return isCuda() ? "cuda:" + index() : "cpu";
    }

    private static DjlDevice auto() {
        if (CudaUtils.getGpuCount() == 0) {
            DjlDevice cpu = new DjlDevice(Device.cpu(), "auto: this machine shows no CUDA device");
            LOG.info("device={} ({})", cpu, cpu.reason);
            return cpu;
        }
        try {
            DjlDevice cuda = requireCuda(0, "auto");
            LOG.info("device={} (auto)", cuda);
            return cuda;
        } catch (DeviceUnavailableException e) {
            DjlDevice cpu = new DjlDevice(Device.cpu(), "auto: " + e.getMessage());
            LOG.warn("device={} ({})", cpu, cpu.reason);
            return cpu;
        }
    }

    private static DjlDevice requireCuda(int index, String reason) {
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
        DjlDevice device = new DjlDevice(Device.gpu(index), reason);
        device.requireProduct();
        return device;
    }

    /**
     * Multiplies two matrices: a device that is listed may still not compute, for want of a driver or memory.
     *
     * @throws DeviceUnavailableException if the product is wrong or not to be had
     */
    public void requireProduct() {
        try (NDManager manager = newManager();
                NDArray left = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
                NDArray right = manager.create(new float[] {5, 6, 7, 8}, new Shape(2, 2));
                NDArray product = left.matMul(right)) {
            float[] values = product.toFloatArray();
            if (!Arrays.equals(values, new float[] {19, 22, 43, 50})) {
                throw new DeviceUnavailableException(
                        this + " multiplies two matrices wrongly: " + Arrays.toString(values)
                                + (isCuda() ? "; ask for cpu" : "; the library is broken, remove it from the cache"));
            }
        } catch (ai.djl.engine.EngineException e) {
            throw new DeviceUnavailableException(this + " does not compute: " + e.getMessage() + WHAT_TO_DO, e);
        }
    }
}
