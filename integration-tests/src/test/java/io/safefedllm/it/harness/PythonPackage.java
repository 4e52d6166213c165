package io.safefedllm.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Our package for Python ServerApps and ClientApps, {@code python/} of the checkout. */
public final class PythonPackage {

    private static final Path SOURCE = Path.of(System.getProperty("safefedllm.root"), "python");
    private static final Duration TESTS_LIMIT = Duration.ofMinutes(10);

    private PythonPackage() {}

    /**
     * Installs the package as {@code pip install ./python} does, into a directory of its own.
     *
     * @param directory an existing directory
     * @return variables with which Flower's programs find the package and, through it, our command line, whose state goes
     *     to {@code directory/state}
     */
    public static Map<String, String> install(Path directory) {
        Path target = directory.resolve("site-packages");
        try {
            PythonInstaller.ready().installProject(copySource(directory.resolve("python-source")), target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return variables(target.toString(), directory);
    }

    /** Returns the variables of {@link #install} for the package as it lies in the checkout. */
    public static Map<String, String> inPlace(Path directory) {
        return variables(SOURCE.resolve("src").toString(), directory);
    }

    /** Runs the package's own tests and returns what they print; an {@link AssertionError} if one fails. */
    public static String runTests(FlwrRelease release, Path directory) {
        PythonEnvironment python = PythonEnvironment.of(release);
        Path tests = SOURCE.resolve("tests");
        List<String> command =
                List.of(python.program("python"), "-m", "unittest", "discover", "--start-directory", tests.toString());
        Launch launch =
                new Launch("unit-tests", command, python.variables(directory.resolve("unit-tests-home")), directory);
        Map<String, String> variables =
                Map.of("PYTHONPATH", SOURCE.resolve("src") + ":" + tests, "PYTHONDONTWRITEBYTECODE", "1");
        try (ManagedProcess process = ManagedProcess.start(launch.with(variables))) {
            if (process.awaitExit(TESTS_LIMIT) != 0) {
                throw new AssertionError("the tests of the Python package failed\n" + process.describe());
            }
            return process.output();
        }
    }

    private static Map<String, String> variables(String pythonPath, Path directory) {
        try {
            Path home = Files.createDirectories(directory.resolve("launcher"));
            OwnCommand.writeLauncher(home);
            return Map.of(
                    "PYTHONPATH", pythonPath,
                    "SAFE_FEDLLM_HOME", home.toString(),
                    "SAFE_FEDLLM_STATE_DIR", directory.resolve("state").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copySource(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.filter(path -> !path.toString().contains("__pycache__"))
                    .toList()) {
                Files.copy(file, target.resolve(SOURCE.relativize(file).toString()));
            }
        }
        return target;
    }
}
