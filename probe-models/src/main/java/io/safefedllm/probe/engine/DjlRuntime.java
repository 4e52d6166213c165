package io.safefedllm.probe.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Starts DJL's PyTorch engine without letting it contact anybody, and not with a library that would kill the JVM. */
final class DjlRuntime {
    /** The only libtorch whose symbols the JNI library of this build needs; others end the process at the first call. */
    static final String TORCH_VERSION = "2.7.1";

    private static final Pattern VERSION_LINE = Pattern.compile("__version__\\s*(?::\\s*str\\s*)?=\\s*['\"]([^'\"]+)");

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
     * @throws DeviceUnavailableException if the native library is missing or of another version
     */
    static Engine engine() {
        keepOffline();
        requireTorchVersion(System.getenv("PYTORCH_LIBRARY_PATH"));
        try {
            return Engine.getEngine("PyTorch");
        } catch (EngineException e) {
            throw new DeviceUnavailableException(
                    "the PyTorch engine does not start: " + e.getMessage()
                            + "; put pytorch-native-cpu for this platform on the class path",
                    e);
        }
    }

    /** Reads the version beside the library: the engine itself reports whatever PYTORCH_VERSION says. */
    static void requireTorchVersion(@Nullable String libraryPath) {
        if (libraryPath == null) {
            return;
        }
        Path file = Path.of(libraryPath).resolveSibling("version.py");
        String found = Files.isRegularFile(file) ? versionIn(file) : "unknown";
        if (!found.equals(TORCH_VERSION) && !found.startsWith(TORCH_VERSION + "+")) {
            throw new DeviceUnavailableException("PYTORCH_LIBRARY_PATH=" + libraryPath + " holds torch " + found
                    + "; only torch " + TORCH_VERSION + " works (pip install torch==" + TORCH_VERSION + ")");
        }
    }

    private static String versionIn(Path file) {
        try {
            Matcher version = VERSION_LINE.matcher(Files.readString(file));
            return version.find() ? version.group(1) : "unknown";
        } catch (IOException e) {
            throw new DeviceUnavailableException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void setIfAbsent(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
