package io.safefedllm.app.serve;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flower's own {@code flwr-serverapp}, which carries out runs that are not ours.
 *
 * <p>Its options differ between releases (the address is {@code --serverappio-api-address} up to 1.35 and
 * {@code --runtime-api-address} since 1.36, {@code --token-file} came later), so the program is asked for its help once. The
 * token goes through a file that only the owner can read where the release has that, else through an argument as Flower's own
 * launcher does it; it is never logged. The process ends with ours. Thread-safe.
 */
final class PythonServerApp implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PythonServerApp.class);
    private static final long HELP_SECONDS = 60;
    private static final List<String> ADDRESS_OPTIONS = List.of("--runtime-api-address", "--serverappio-api-address");

    private final Path program;
    private final String addressOption;
    private final boolean takesTokenFile;
    private final boolean takesParent;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();

    private PythonServerApp(Path program, String addressOption, String help) {
        this.program = program;
        this.addressOption = addressOption;
        this.takesTokenFile = help.contains("--token-file");
        this.takesParent = help.contains("--parent-pid");
    }

    /**
     * Asks {@code program} what it is.
     *
     * @throws Failure if it is missing, does not run, or is not Flower's {@code flwr-serverapp}
     */
    static PythonServerApp at(Path program) throws InterruptedException {
        if (!Files.isExecutable(program)) {
            throw new Failure(
                    FailureCode.FILE_MISSING,
                    "--python-serverapp '" + program + "' is no program",
                    "Give the path of flwr-serverapp in the bin directory of Flower's Python environment");
        }
        String help = help(program);
        String option = ADDRESS_OPTIONS.stream()
                .filter(help::contains)
                .findFirst()
                .orElseThrow(() -> notFlower(program, "its help names no address option", null));
        return new PythonServerApp(program, option, help);
    }

    /**
     * Starts the program for one task and returns; the program keeps the run alive and finishes it.
     *
     * @param token the task's token, of which this method keeps no copy
     * @param address the executor address, as host and port
     * @param connection what it is told about the connection, {@code --insecure} for instance
     */
    void start(String token, String address, List<String> connection) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString(), addressOption, address));
        command.addAll(connection);
        if (takesParent) {
            command.addAll(List.of(
                    "--parent-pid", Long.toString(ProcessHandle.current().pid())));
        }
        Path tokenFile = takesTokenFile ? writeToken(token) : null;
        command.addAll(tokenFile == null ? List.of("--token", token) : List.of("--token-file", tokenFile.toString()));
        Process process = launch(command, tokenFile);
        running.add(process);
        Thread reader = new Thread(() -> follow(process, tokenFile), "flwr-serverapp-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        log.info("handed a run to {} (process {})", program, process.pid());
    }

    private static Process launch(List<String> command, @Nullable Path tokenFile) throws IOException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            delete(tokenFile);
            throw e;
        }
    }

    /** Returns how many programs still run. */
    int running() {
        return running.size();
    }

    /** Waits until none runs any more, or the thread is interrupted, which it stays. */
    void awaitEnd() {
        try {
            for (Process process : List.copyOf(running)) {
                process.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the programs that still run. */
    @Override
    public void close() {
        running.forEach(Process::destroy);
    }

    private void follow(Process process, @Nullable Path tokenFile) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                log.debug("flwr-serverapp {}: {}", process.pid(), line);
            }
            int status = process.waitFor();
            if (status == 0) {
                log.info("flwr-serverapp (process {}) is done", process.pid());
            } else {
                log.warn("flwr-serverapp (process {}) ended with status {}; flwr log shows why", process.pid(), status);
            }
        } catch (IOException e) {
            log.debug("flwr-serverapp (process {}) closed its output", process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.remove(process);
            delete(tokenFile);
        }
    }

    private static Path writeToken(String token) throws IOException {
        Path file = Files.createTempFile(
                "safe-fedllm-token",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, token);
    }

    private static void delete(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                log.warn("cannot delete the token file '{}'; delete it by hand", file, e);
            }
        }
    }

    private static String help(Path program) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program.toString(), "--help")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            StringBuilder help = new StringBuilder();
            Thread reader = new Thread(() -> read(process, help), "flwr-serverapp-help");
            reader.setDaemon(true);
            reader.start();
            if (!process.waitFor(HELP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw notFlower(program, "it did not answer --help in " + HELP_SECONDS + " s", null);
            }
            reader.join();
            return help.toString();
        } catch (IOException e) {
            throw notFlower(program, e.getMessage(), e);
        }
    }

    private static void read(Process process, StringBuilder into) {
        try (InputStreamReader output = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            char[] chunk = new char[4096];
            for (int count = output.read(chunk); count >= 0; count = output.read(chunk)) {
                into.append(chunk, 0, count);
            }
        } catch (IOException e) {
            log.debug("the help of flwr-serverapp broke off", e);
        }
    }

    private static Failure notFlower(Path program, @Nullable String why, @Nullable Throwable cause) {
        Failure failure = new Failure(
                FailureCode.USAGE,
                String.format(Locale.ROOT, "--python-serverapp '%s' is not Flower's flwr-serverapp: %s", program, why),
                "Give the path of flwr-serverapp in the bin directory of Flower's Python environment");
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }
}
