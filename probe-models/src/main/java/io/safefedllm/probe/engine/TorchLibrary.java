package io.safefedllm.probe.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The PyTorch library that the engine is going to load, looked at before it is loaded: a wrong one ends the process at its first
 * operation, and once loaded the engine reports whatever version it was told. Holds no DJL type.
 *
 * @param folder where it lies, or empty for the one on the class path
 * @param version what the folder says of itself, such as {@code 2.7.1+cu126}
 * @param flavour {@code cpu} or {@code cu128}
 */
public record TorchLibrary(Optional<Path> folder, String version, String flavour) {
    /** The only version whose symbols the JNI library of this build needs. */
    public static final String VERSION = "2.7.1";

    /** What it takes to compute on a CUDA device. */
    public static final String CUDA_REMEDY = "install an NVIDIA driver of version 525 or newer and torch " + VERSION
            + " (pip install torch==" + VERSION + "), and set PYTORCH_LIBRARY_PATH to <site-packages>/torch/lib";

    static final String PATH_SETTING = "PYTORCH_LIBRARY_PATH";
    static final String VERSION_SETTING = "PYTORCH_VERSION";
    static final String FLAVOUR_SETTING = "PYTORCH_FLAVOR";

    private static final String CPU = "cpu";
    private static final String CUDA = "cu128";
    private static final String CUDA_12_BUILD = "+cu12";
    private static final List<String> CPU_BUILDS = List.of("+cpu", "+cu1");
    private static final List<String> CPU_FILES = List.of("libtorch_cpu.so", "torch_cpu.dll", "libtorch_cpu.dylib");
    private static final List<String> CUDA_FILES = List.of("libtorch_cuda.so", "torch_cuda.dll");
    private static final Pattern VERSION_LINE = Pattern.compile("__version__\\s*(?::\\s*str\\s*)?=\\s*['\"]([^'\"]+)");
    private static final Pattern DIST_INFO = Pattern.compile("torch-(.+)\\.dist-info");

    /**
     * Finds the library that the environment variables, or else the system properties, {@code PYTORCH_LIBRARY_PATH},
     * {@code PYTORCH_VERSION} and {@code PYTORCH_FLAVOR} name. Loads nothing.
     *
     * @throws DeviceUnavailableException if it is none that works; the message says what to do
     */
    public static TorchLibrary find() {
        Map<String, String> settings = new HashMap<>();
        for (String name : List.of(PATH_SETTING, VERSION_SETTING, FLAVOUR_SETTING)) {
            String value = System.getenv(name) == null ? System.getProperty(name) : System.getenv(name);
            if (value != null) {
                settings.put(name, value);
            }
        }
        return of(settings);
    }

    static TorchLibrary of(Map<String, String> settings) {
        String path = settings.get(PATH_SETTING);
        return path == null ? ofClassPath(settings) : ofFolder(Path.of(path), settings);
    }

    private static TorchLibrary ofClassPath(Map<String, String> settings) {
        String flavour = settings.getOrDefault(FLAVOUR_SETTING, CPU);
        String version = settings.getOrDefault(VERSION_SETTING, VERSION);
        if (!flavour.equals(CPU) || !version.equals(VERSION)) {
            throw new DeviceUnavailableException("PYTORCH_VERSION=" + version + " and PYTORCH_FLAVOR=" + flavour
                    + " are asked for without PYTORCH_LIBRARY_PATH, but the class path holds torch " + VERSION
                    + " for the CPU; set PYTORCH_LIBRARY_PATH to <site-packages>/torch/lib, or unset both");
        }
        return new TorchLibrary(Optional.empty(), VERSION, CPU);
    }

    private static TorchLibrary ofFolder(Path folder, Map<String, String> settings) {
        String named = "PYTORCH_LIBRARY_PATH=" + folder;
        if (!holdsOneOf(folder, CPU_FILES)) {
            throw new DeviceUnavailableException(
                    named + " holds no PyTorch library; name the folder <site-packages>/torch/lib, or unset it");
        }
        String version = versionBeside(folder);
        String claimed = settings.getOrDefault(VERSION_SETTING, VERSION);
        if (!isWanted(version) || !claimed.equals(VERSION)) {
            String told = claimed.equals(VERSION) ? "" : " and PYTORCH_VERSION=" + claimed;
            throw new DeviceUnavailableException(named + " holds torch " + version + told + "; only torch " + VERSION
                    + " works (pip install torch==" + VERSION + ")");
        }
        boolean cuda = holdsOneOf(folder, CUDA_FILES);
        String flavour = settings.getOrDefault(FLAVOUR_SETTING, cuda ? CUDA : CPU);
        if (!flavour.equals(CPU) && !flavour.equals(CUDA)) {
            throw new DeviceUnavailableException(
                    "PYTORCH_FLAVOR=" + flavour + " is not supported; set it to " + CPU + " or " + CUDA);
        }
        if (flavour.equals(CUDA) && !cuda) {
            throw new DeviceUnavailableException(
                    "PYTORCH_FLAVOR=" + CUDA + " is set but " + named + " is built for the CPU; pip install torch=="
                            + VERSION + " with CUDA, or set the flavour to " + CPU);
        }
        requireBuild(named, version, flavour);
        return new TorchLibrary(Optional.of(folder), version, flavour);
    }

    /** The version's suffix names the build; without one it is that of the package index, for CUDA 12 or, elsewhere, for the CPU. */
    private static void requireBuild(String named, String version, String flavour) {
        String build = version.substring(VERSION.length());
        if (flavour.equals(CUDA) && !build.isEmpty() && !build.startsWith(CUDA_12_BUILD)) {
            throw new DeviceUnavailableException(named + " holds torch " + version
                    + ", but on a CUDA device only a build" + " for CUDA 12 works (pip install torch==" + VERSION
                    + "); or set " + FLAVOUR_SETTING + "=" + CPU);
        }
        if (CPU_BUILDS.stream().noneMatch(build::startsWith) && !build.isEmpty()) {
            throw new DeviceUnavailableException(named + " holds torch " + version + ", a build for other devices than"
                    + " the CPU and CUDA (pip install torch==" + VERSION + ")");
        }
    }

    private static boolean isWanted(String version) {
        return version.equals(VERSION) || version.startsWith(VERSION + "+");
    }

    private static boolean holdsOneOf(Path folder, List<String> files) {
        return files.stream().anyMatch(file -> Files.isRegularFile(folder.resolve(file)));
    }

    /** Reads {@code torch/version.py}, else the name of {@code torch-*.dist-info} beside the package. */
    private static String versionBeside(Path folder) {
        Path torch = folder.toAbsolutePath().normalize().getParent();
        if (torch == null) {
            return "unknown";
        }
        try {
            Path file = torch.resolve("version.py");
            if (Files.isRegularFile(file)) {
                Matcher version = VERSION_LINE.matcher(Files.readString(file));
                return version.find() ? version.group(1) : "unknown";
            }
            return installedVersion(torch.getParent());
        } catch (IOException e) {
            throw new DeviceUnavailableException("cannot read the version of torch in " + torch + ": " + e, e);
        }
    }

    private static String installedVersion(@Nullable Path sitePackages) throws IOException {
        if (sitePackages == null) {
            return "unknown";
        }
        try (DirectoryStream<Path> infos = Files.newDirectoryStream(sitePackages, "torch-*.dist-info")) {
            for (Path info : infos) {
                Matcher name = DIST_INFO.matcher(String.valueOf(info.getFileName()));
                if (name.matches()) {
                    return name.group(1);
                }
            }
        }
        return "unknown";
    }

    /** Returns whether the library can compute on a CUDA device. */
    public boolean isCuda() {
        return flavour.equals(CUDA);
    }

    /**
     * Tells the engine what it would otherwise guess, or guess wrong: version and flavour of the folder, and where the CUDA runtime
     * lies that counts the devices. Settings that are there are kept.
     */
    void prepare() {
        if (folder.isEmpty()) {
            return;
        }
        setIfAbsent(VERSION_SETTING, VERSION);
        setIfAbsent(FLAVOUR_SETTING, flavour);
        Path runtime = folder.get().toAbsolutePath().normalize().resolve("../../nvidia/cuda_runtime/lib");
        if (isCuda() && Files.isDirectory(runtime)) {
            setIfAbsent("jna.library.path", runtime.normalize().toString());
        }
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getenv(name) == null && System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /** Returns one line for people: version, place and flavour. */
    public String describe() {
        return "torch " + version + ", flavour " + flavour + ", from "
                + folder.map(path -> PATH_SETTING + "=" + path).orElse("the class path (pytorch-native-cpu)");
    }
}
