package io.safefedllm.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes virtual environments: {@code uv} installs into them, because it takes a file from its cache where {@code pip} writes it
 * again, which makes a minute into seconds for the seventeen environments of a matrix.
 *
 * <p>The interpreter is {@code $SAFE_FEDLLM_PYTHON} or the first of {@link #INTERPRETERS} that runs and is Python
 * {@value #MIN_PYTHON_TEXT} or newer. Packages come from where {@code pip} is told to take them from.
 */
final class PythonInstaller {

    static final String MIN_PYTHON_TEXT = "3.11";

    static final List<String> INTERPRETERS = List.of("python3.12", "python3.11", "python3.13", "python3");

    private static final String UV = "uv==0.11.33";
    private static final String VERSION_CHECK = "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)";
    private static final Duration INTERPRETER_LIMIT = Duration.ofSeconds(30);
    private static final Duration VENV_LIMIT = Duration.ofMinutes(3);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
    private static final int REASON_LINES = 15;

    private final Path uvEnvironment;

    private PythonInstaller(Path uvEnvironment) {
        this.uvEnvironment = uvEnvironment;
    }

    /** Returns an installer, getting {@code uv} first where it is not there. */
    static PythonInstaller ready() {
        return new PythonInstaller(
                CachedDirectory.of("venvs/" + UV.replace("==", "-"), PythonInstaller::makeUvEnvironment));
    }

    private static void makeUvEnvironment(Path directory) throws IOException {
        run(directory, List.of(interpreter(), "-m", "venv", directory.toString()), Map.of(), VENV_LIMIT);
        run(
                directory,
                List.of(program(directory, "python"), "-m", "pip", "install", "--disable-pip-version-check", UV),
                Map.of(),
                INSTALL_LIMIT);
    }

    /**
     * Makes an environment.
     *
     * @param directory empty
     * @param steps what to install, one call of the installer after the other, options included
     */
    void make(Path directory, List<List<String>> steps) throws IOException {
        run(
                directory,
                List.of(interpreter(), "-m", "venv", "--without-pip", directory.toString()),
                Map.of(),
                VENV_LIMIT);
        for (List<String> step : steps) {
            List<String> into =
                    List.of(program(uvEnvironment, "uv"), "pip", "install", "--python", program(directory, "python"));
            run(directory, Lists.concat(into, step), uvVariables(), INSTALL_LIMIT);
        }
    }

    /**
     * Installs a project from its source, as {@code pip install PROJECT} does, without what it depends on.
     *
     * @param project a directory that may be written to
     * @param target where the packages go, to be named in {@code PYTHONPATH}
     */
    void installProject(Path project, Path target) throws IOException {
        List<String> pip = List.of(program(uvEnvironment, "python"), "-m", "pip", "install");
        List<String> options = List.of("--disable-pip-version-check", "--no-deps", "--target", target.toString());
        run(target, Lists.concat(pip, options, List.of(project.toString())), Map.of(), INSTALL_LIMIT);
    }

    private Map<String, String> uvVariables() throws IOException {
        Map<String, String> variables = PipSettings.read(program(uvEnvironment, "python"));
        variables.put("UV_CACHE_DIR", CachedDirectory.cache().resolve("uv").toString());
        return variables;
    }

    static String program(Path environment, String name) {
        return environment.resolve("bin").resolve(name).toString();
    }

    private static String interpreter() {
        List<String> candidates = new ArrayList<>(INTERPRETERS);
        Optional.ofNullable(System.getenv("SAFE_FEDLLM_PYTHON")).ifPresent(python -> candidates.add(0, python));
        return candidates.stream()
                .filter(PythonInstaller::isRecentPython)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("none of " + candidates + " is Python " + MIN_PYTHON_TEXT
                        + " or newer; install one, or name it in SAFE_FEDLLM_PYTHON"));
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

    private static void run(Path directory, List<String> command, Map<String, String> variables, Duration limit)
            throws IOException {
        Path log = directory.resolveSibling(directory.getFileName() + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        boolean ended = await(process, limit);
        if (!ended || process.exitValue() != 0) {
            List<String> lines = Files.readAllLines(log);
            List<String> last = lines.subList(Math.max(0, lines.size() - REASON_LINES), lines.size());
            throw new IllegalStateException("cannot make the Python environment " + directory + ": "
                    + String.join(" ", command)
                    + (ended ? " ended with status " + process.exitValue() : " took over " + limit)
                    + "; needs the Python package index or PIP_INDEX_URL, PIP_FIND_LINKS. Its last lines:\n"
                    + String.join("\n", last));
        }
    }

    private static boolean await(Process process, Duration limit) {
        try {
            boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
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
}
