package io.safefedllm.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An unmodified {@code flower-superlink} in process isolation on free ports of 127.0.0.1, ready when
 * {@link #start} returns.
 */
public final class SuperLink implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final int ATTEMPTS = 3;

    private final PythonEnvironment python;
    private final Path directory;
    private final Optional<Credentials> credentials;
    private final Addresses addresses;
    private final ManagedProcess process;

    private SuperLink(
            PythonEnvironment python,
            Path directory,
            Optional<Credentials> credentials,
            Addresses addresses,
            ManagedProcess process) {
        this.python = python;
        this.directory = directory;
        this.credentials = credentials;
        this.addresses = addresses;
        this.process = process;
    }

    /** Where the three APIs listen, as {@code HOST:PORT}; they may be one and the same. */
    private record Addresses(String executor, String fleet, String control) {
        boolean allAccept() {
            return Stream.of(executor, fleet, control).distinct().allMatch(FreePorts::accepts);
        }
    }

    /**
     * Starts a SuperLink and waits until all its ports accept connections. Should somebody else take one of the ports
     * first, others are tried.
     *
     * @param directory an existing directory for its home, its log and those of what joins it
     * @param credentials with them it is as strict as its release can be, without them it is open to everybody
     * @param variables what it finds in its environment beside what every program does
     */
    static SuperLink start(
            PythonEnvironment python,
            Path directory,
            Optional<Credentials> credentials,
            Map<String, String> variables) {
        return start(python, directory, credentials, new ServerApps(List.of("--isolation", "process"), variables));
    }

    /**
     * As {@link #start}, but in the isolation that it has without an option: it starts ServerApps itself.
     *
     * @param variables what the ServerApps find in their environment
     */
    static SuperLink startWithOwnServerApps(PythonEnvironment python, Path directory, Map<String, String> variables) {
        return start(python, directory, Optional.empty(), new ServerApps(List.of(), variables));
    }

    /** Who runs the ServerApps, and what they and the SuperLink find in their environment. */
    private record ServerApps(List<String> isolation, Map<String, String> variables) {}

    private static SuperLink start(
            PythonEnvironment python, Path directory, Optional<Credentials> credentials, ServerApps apps) {
        for (int attempt = 1; ; attempt++) {
            SuperLink link = launch(python, directory, credentials, apps);
            try {
                Await.until("the ports of the SuperLink accept connections", START_LIMIT, link::isReadyOrDead);
            } catch (AssertionError e) {
                link.close();
                throw new AssertionError(e.getMessage() + "\n" + link.process.describe(), e);
            }
            if (link.process.isAlive()) {
                link.writeCliConfiguration();
                return link;
            }
            if (attempt == ATTEMPTS) {
                throw new AssertionError("the SuperLink ended at start\n" + link.process.describe());
            }
        }
    }

    private static SuperLink launch(
            PythonEnvironment python, Path directory, Optional<Credentials> credentials, ServerApps apps) {
        FlwrRelease release = python.release();
        List<Integer> ports = FreePorts.take(3);
        String executor = "127.0.0.1:" + ports.get(0);
        Addresses addresses = new Addresses(
                executor,
                release.sharesFleetPort() ? executor : "127.0.0.1:" + ports.get(1),
                release.sharesControlPort() ? executor : "127.0.0.1:" + ports.get(2));
        List<String> command = Lists.concat(
                Lists.concat(List.of(python.program("flower-superlink")), apps.isolation()),
                release.superLinkListens(ports.get(0), ports.get(1), ports.get(2)),
                credentials.map(release::superLinkGuards).orElse(List.of("--insecure")));
        Launch launch = new Launch("superlink", command, python.variables(home(directory)), directory);
        ManagedProcess process = ManagedProcess.start(launch.with(apps.variables()));
        return new SuperLink(python, directory, credentials, addresses, process);
    }

    private boolean isReadyOrDead() {
        return !process.isAlive() || addresses.allAccept();
    }

    private void writeCliConfiguration() {
        String configuration =
                """
                [superlink]
                default = "%s"

                [superlink.%s]
                address = "%s"
                %s
                """
                        .formatted(
                                FlwrCli.CONNECTION,
                                FlwrCli.CONNECTION,
                                addresses.control(),
                                credentials
                                        .map(files -> "root-certificates = \"" + files.authority() + "\"")
                                        .orElse("insecure = true"));
        try {
            Files.createDirectories(home(directory));
            Files.writeString(home(directory).resolve("config.toml"), configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path home(Path directory) {
        return directory.resolve("superlink-home");
    }

    /** Where executors of ServerApps connect to, {@code HOST:PORT}. */
    public String executorAddress() {
        return addresses.executor();
    }

    /** Where SuperNodes connect to, {@code HOST:PORT}. */
    public String fleetAddress() {
        return addresses.fleet();
    }

    public FlwrCli cli() {
        return new FlwrCli(python, home(directory), directory);
    }

    public String output() {
        return process.output();
    }

    /** As {@code kill -9}: it is gone without a word. */
    public void crash() {
        process.crash();
    }

    @Override
    public void close() {
        process.close();
    }
}
