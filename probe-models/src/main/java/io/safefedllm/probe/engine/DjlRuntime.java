package io.safefedllm.probe.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;

/** Starts DJL's PyTorch engine without letting it contact anybody, and not with a library that would kill the JVM. */
public final class DjlRuntime {
    private DjlRuntime() {}

    /**
     * Sets the switches that keep DJL off the network. Must run before the first DJL class; settings that are there
     * already are kept.
     */
    static void keepOffline() {
        setIfAbsent("OPT_OUT_TRACKING");
        setIfAbsent("ai.djl.offline");
    }

    /**
     * Returns the PyTorch engine, started once per process.
     *
     * @throws DeviceUnavailableException if the native library is missing, of another version, or does not load
     */
    public static Engine engine() {
        keepOffline();
        TorchLibrary library = TorchLibrary.find();
        library.prepare();
        try {
            return Engine.getEngine("PyTorch");
        } catch (EngineException | LinkageError e) {
            throw new DeviceUnavailableException(
                    "the PyTorch engine does not start with " + library.describe() + ": " + e + "; " + remedy(library),
                    e);
        }
    }

    private static String remedy(TorchLibrary library) {
        if (library.isCuda()) {
            return "it needs an NVIDIA driver of version 525 or newer; or set PYTORCH_FLAVOR=cpu";
        }
        return library.folder().isPresent()
                ? "unset PYTORCH_LIBRARY_PATH to use the library that comes along"
                : "it needs Linux on x86-64 with glibc and a writable home, or DJL_CACHE_DIR";
    }

    private static void setIfAbsent(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
