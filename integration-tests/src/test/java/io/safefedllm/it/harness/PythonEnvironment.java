package io.safefedllm.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A virtual environment with one release of Flower, made on first use and kept for later runs.
 *
 * <p>Environments lie under {@code $SAFE_FEDLLM_CACHE/venvs}, or {@code ~/.cache/safe-fedllm/venvs}. A lock file lets one
 * process at a time make one, and a marker written last tells a finished environment from the remains of an interrupted
 * one, which are removed. The interpreter is {@code $SAFE_FEDLLM_PYTHON} or the first of {@link #INTERPRETERS} that
 * runs and is Python {@value #MIN_PYTHON_TEXT} or newer.
 */
public final class PythonEnvironment {

    static final String MIN_PYTHON_TEXT = "3.11";

    static final List<String> INTERPRETERS = List.of("python3.12", "python3.11", "python3.13", "python3");

    private static final String VERSION_CHECK = "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)";
    private static final String MARKER = ".complete";
    private static final Duration INTERPRETER_LIMIT = Duration.ofSeconds(30);
    private static final Duration VENV_LIMIT = Duration.ofMinutes(3);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
    private static final int REASON_LINES = 15;

    private final FlwrRelease release;
    private final Path directory;

    private PythonEnvironment(FlwrRelease release, Path directory) {
        this.release = release;
        this.directory = directory;
    }

    /** Returns the environment of a release, making it first where it is not there; that takes about half a minute. */
    public static PythonEnvironment of(FlwrRelease release) {
        Path cache = cacheDirectory();
        Path directory = cache.resolve("flwr-" + release.version());
        PythonEnvironment environment = new PythonEnvironment(release, directory);
        if (!environment.isComplete()) {
            environment.makeOnce(cache);
        }
        return environment;
    }

    public FlwrRelease release() {
        return release;
    }

    /** The path of a program of the environment, such as {@code flwr} or {@code flower-superlink}. */
    public String program(String name) {
        return directory.resolve("bin").resolve(name).toString();
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

    private static Path cacheDirectory() {
        String chosen = System.getenv("SAFE_FEDLLM_CACHE");
        if (chosen != null && !chosen.isEmpty()) {
            return Path.of(chosen).toAbsolutePath().resolve("venvs");
        }
        String home = Optional.ofNullable(System.getenv("HOME")).orElse(System.getProperty("user.home"));
        return Path.of(home, ".cache", "safe-fedllm", "venvs");
    }

    private boolean isComplete() {
        return Files.exists(directory.resolve(MARKER)) && Files.isExecutable(Path.of(program("python")));
    }

    private void makeOnce(Path cache) {
        try {
            Files.createDirectories(cache);
            Path lockFile = cache.resolve(directory.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !isComplete()) {
                    make();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the Python environment " + directory, e);
        }
    }

    private void make() throws IOException {
        String python = interpreter();
        delete(directory);
        Files.createDirectories(directory);
        run(List.of(python, "-m", "venv", directory.toString()), VENV_LIMIT);
        run(
                List.of(
                        program("python"),
                        "-m",
                        "pip",
                        "install",
                        "--disable-pip-version-check",
                        "flwr==" + release.version()),
                INSTALL_LIMIT);
        Files.writeString(directory.resolve(MARKER), release.version() + "\n");
    }

    private static String interpreter() throws IOException {
        List<String> candidates = new ArrayList<>(INTERPRETERS);
        Optional.ofNullable(System.getenv("SAFE_FEDLLM_PYTHON")).ifPresent(python -> candidates.add(0, python));
        for (String candidate : candidates) {
            if (isRecentPython(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("none of " + candidates + " is Python " + MIN_PYTHON_TEXT
                + " or newer; install one, or name it in SAFE_FEDLLM_PYTHON");
    }

    private static boolean isRecentPython(String candidate) {
        try {
            Process check = new ProcessBuilder(candidate, "-c", VERSION_CHECK)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return await(check, INTERPRETER_LIMIT) && check.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void run(List<String> command, Duration limit) throws IOException {
        Path log = directory.resolveSibling(directory.getFileName() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = await(process, limit);
        if (!ended || process.exitValue() != 0) {
            List<String> lines = Files.readAllLines(log);
            List<String> last = lines.subList(Math.max(0, lines.size() - REASON_LINES), lines.size());
            throw new IllegalStateException("cannot make the Python environment of " + release + ": "
                    + String.join(" ", command)
                    + (ended ? " ended with status " + process.exitValue() : " took over " + limit)
                    + "; needs the Python package index or PIP_INDEX_URL, PIP_FIND_LINKS. Its last lines:\n"
                    + String.join("\n", last));
        }
    }

    private static boolean await(Process process, Duration limit) {
        try {
            boolean ended = process.waitFor(limit.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return ended;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
