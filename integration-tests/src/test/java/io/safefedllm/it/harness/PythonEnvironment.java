package io.safefedllm.it.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A virtual environment with one release of Flower, made on first use and kept for later runs. */
public final class PythonEnvironment {

    private static final String PEFT = "venvs/peft-0.21.2";

    private final FlwrRelease release;
    private final Path directory;

    private PythonEnvironment(FlwrRelease release, Path directory) {
        this.release = release;
        this.directory = directory;
    }

    /** Returns the environment of a release, making it first where it is not there; that takes seconds. */
    public static PythonEnvironment of(FlwrRelease release) {
        Path directory = CachedDirectory.of("venvs/flwr-" + release.version(), empty -> PythonInstaller.ready()
                .make(empty, release.requirements()));
        return new PythonEnvironment(release, directory);
    }

    /**
     * Returns an environment in which torch, transformers and PEFT stand beside {@link FlwrRelease#GRPC_CLASSIC}, making it first
     * where it is not there: several gigabytes, since the index has torch for CUDA only, and many minutes.
     */
    static PythonEnvironment withPeft() {
        FlwrRelease release = FlwrRelease.GRPC_CLASSIC;
        List<List<String>> steps = List.of(
                List.of("torch==2.7.1"), List.of("flwr==" + release.version(), "transformers==5.23.0", "peft==0.21.2"));
        Path directory =
                CachedDirectory.of(PEFT, empty -> PythonInstaller.ready().make(empty, steps));
        return new PythonEnvironment(release, directory);
    }

    /** Returns whether {@link #withPeft} finds its environment made. */
    static boolean hasPeft() {
        return CachedDirectory.isMade(PEFT);
    }

    public FlwrRelease release() {
        return release;
    }

    /** The path of a program of the environment, such as {@code flwr} or {@code flower-superlink}. */
    public String program(String name) {
        return PythonInstaller.program(directory, name);
    }

    /** What every program of the environment needs in its own: its PATH, a home directory, no telemetry. */
    public Map<String, String> variables(Path flwrHome) {
        return Map.of(
                "PATH", directory.resolve("bin") + ":" + System.getenv("PATH"),
                "FLWR_HOME", flwrHome.toString(),
                "FLWR_TELEMETRY_ENABLED", "0",
                "FLWR_DISABLE_UPDATE_CHECK", "1",
                "PYTHONUNBUFFERED", "1",
                "COLUMNS", "200");
    }
}
