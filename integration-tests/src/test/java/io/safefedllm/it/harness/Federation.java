package io.safefedllm.it.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One SuperLink and everything that a test lets join it. Closing ends the members, last come first, and then the
 * SuperLink.
 */
public final class Federation implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    private final PythonEnvironment python;
    private final Path directory;
    private final Optional<Credentials> credentials;
    private final SuperLink link;
    private final Deque<ManagedProcess> members = new ArrayDeque<>();

    private Federation(PythonEnvironment python, Path directory, Optional<Credentials> credentials, SuperLink link) {
        this.python = python;
        this.directory = directory;
        this.credentials = credentials;
        this.link = link;
    }

    /**
     * Starts the SuperLink of a release, open to everybody.
     *
     * @param directory an existing directory; homes and outputs of all members go there
     */
    public static Federation start(FlwrRelease release, Path directory) {
        return start(PythonEnvironment.of(release), directory);
    }

    /** As {@link #start(FlwrRelease, Path)}, with the programs of a given environment. */
    public static Federation start(PythonEnvironment python, Path directory) {
        return start(python, directory, Optional.empty());
    }

    private static Federation start(PythonEnvironment python, Path directory, Optional<Credentials> credentials) {
        return new Federation(
                python, directory, credentials, SuperLink.start(python, directory, credentials, Map.of()));
    }

    /**
     * Starts the SuperLink of a release as it is started without an option: it runs ServerApps itself.
     *
     * @param variables what its ServerApps find in their environment
     */
    public static Federation startWithOwnServerApps(
            FlwrRelease release, Path directory, Map<String, String> variables) {
        PythonEnvironment python = PythonEnvironment.of(release);
        SuperLink link = SuperLink.startWithOwnServerApps(python, directory, variables);
        return new Federation(python, directory, Optional.empty(), link);
    }

    /**
     * Starts the SuperLink of a release, as strict as the release can be.
     *
     * @param nodes how many of the credentials' nodes are registered; the others cannot join
     */
    public static Federation startProtected(FlwrRelease release, Path directory, Credentials credentials, int nodes) {
        Federation federation = start(PythonEnvironment.of(release), directory, Optional.of(credentials));
        for (int node = 0; node < nodes; node++) {
            federation.flwr().registerNode(credentials.nodePublicKey(node));
        }
        return federation;
    }

    /** As {@link #startProtected(FlwrRelease, Path, Credentials, int)} without nodes, by a clock of its own. */
    public static Federation startProtected(
            FlwrRelease release, Path directory, Credentials credentials, MovedClock clock) {
        PythonEnvironment python = PythonEnvironment.of(release);
        Optional<Credentials> guards = Optional.of(credentials);
        SuperLink link = SuperLink.start(python, directory, guards, clock.variables());
        return new Federation(python, directory, guards, link);
    }

    public FlwrRelease release() {
        return python.release();
    }

    /** What its members prove themselves with; nothing where everybody may join. */
    public Optional<Credentials> credentials() {
        return credentials;
    }

    public SuperLink link() {
        return link;
    }

    /** The ordinary {@code flwr} command against this federation. */
    public FlwrCli flwr() {
        return link.cli();
    }

    /** The path of one of Flower's programs, such as {@code flwr-serverapp}. */
    public String pythonProgram(String name) {
        return python.program(name);
    }

    /** Flower's own executor of ServerApps. */
    public ManagedProcess startPythonExecutor() {
        return startPythonExecutor(Map.of());
    }

    /**
     * Flower's own executor of ServerApps.
     *
     * @param variables what its ServerApps find in their environment
     */
    public ManagedProcess startPythonExecutor(Map<String, String> variables) {
        return startPythonExecutor(link.executorAddress(), variables);
    }

    /**
     * Flower's own executor of ServerApps, which reaches the SuperLink by a detour.
     *
     * @param address what passes its calls on, {@code HOST:PORT}
     */
    public ManagedProcess startPythonExecutor(String address) {
        return startPythonExecutor(address, Map.of());
    }

    private ManagedProcess startPythonExecutor(String address, Map<String, String> variables) {
        FlwrRelease release = python.release();
        return startPython(
                "superexec",
                Lists.concat(
                        List.of("flower-superexec"),
                        release.superExecServes(address),
                        credentials.map(release::superExecProves).orElse(List.of("--insecure"))),
                variables);
    }

    /**
     * Flower's own SuperNode; it joins by itself and starts a ClientApp process a message.
     *
     * @param nodeConfig as on the command line, such as {@code partition-id=0 data="rows.json"}
     */
    public ManagedProcess startPythonNode(String name, String nodeConfig) {
        return startPythonNode(name, nodeConfig, Map.of());
    }

    /**
     * As {@link #startPythonNode(String, String)}.
     *
     * @param variables what its ClientApps find in their environment
     */
    public ManagedProcess startPythonNode(String name, String nodeConfig, Map<String, String> variables) {
        return startPythonNode(name, nodeConfig, List.of("--insecure"), variables);
    }

    /** As {@link #startPythonNode(String, String)}, as one of the nodes that the credentials have a key for. */
    public ManagedProcess startPythonNode(String name, String nodeConfig, int node) {
        return startPythonNode(
                name,
                nodeConfig,
                credentials
                        .map(files -> python.release().superNodeProves(files, node))
                        .orElse(List.of("--insecure")),
                Map.of());
    }

    private ManagedProcess startPythonNode(
            String name, String nodeConfig, List<String> proof, Map<String, String> variables) {
        int port = FreePorts.take(1).get(0);
        List<String> joins =
                List.of("flower-supernode", "--superlink", link.fleetAddress(), "--node-config", nodeConfig);
        return startPython(name, Lists.concat(joins, python.release().superNodeListens(port), proof), variables);
    }

    /** Our executor of ServerApps, waiting for runs when this returns; its state goes to {@link #state()}. */
    public ManagedProcess startServe(String... options) {
        return startServeAt(link.executorAddress(), options);
    }

    /**
     * Our executor of ServerApps, as {@link #startServe}, which reaches the SuperLink by a detour.
     *
     * @param address what passes its calls on, {@code HOST:PORT}
     */
    public ManagedProcess startServeAt(String address, String... options) {
        ManagedProcess serve = join(OwnCommand.launch(
                "serve",
                directory,
                Lists.concat(
                        List.of("serve", "--superlink", address, "--state-dir", state().toString()),
                        List.of(options))));
        serve.awaitOutput("waiting for", START_LIMIT);
        return serve;
    }

    /** Our SuperNode. */
    public ManagedProcess startNode(String name, String... options) {
        return join(OwnCommand.launch(
                name, directory, Lists.concat(List.of("node", "--superlink", link.fleetAddress()), List.of(options))));
    }

    /** Where {@link #startServe} keeps the state of its runs. */
    public Path state() {
        return directory.resolve("state");
    }

    private ManagedProcess startPython(String name, List<String> command, Map<String, String> variables) {
        List<String> resolved = new ArrayList<>(command);
        resolved.set(0, python.program(command.get(0)));
        Map<String, String> own = python.variables(directory.resolve(name + "-home"));
        return join(new Launch(name, resolved, own, directory).with(variables));
    }

    private ManagedProcess join(Launch launch) {
        ManagedProcess member = ManagedProcess.start(launch);
        members.push(member);
        return member;
    }

    @Override
    public void close() {
        members.forEach(ManagedProcess::close);
        link.close();
    }
}
