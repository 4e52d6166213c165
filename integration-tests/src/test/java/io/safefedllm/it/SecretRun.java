package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.Credentials;
import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlowerApp;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.ProgramCall;
import io.safefedllm.it.harness.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A run through everything that a release protects with, its executor and its one node telling all they can. */
final class SecretRun implements AutoCloseable {

    private static final Duration CALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(3);

    private final Federation federation;
    private final Secrets secrets;
    private final ManagedProcess serve;
    private final ManagedProcess node;
    private final String run;

    private SecretRun(Federation federation, Secrets secrets, ManagedProcess serve, ManagedProcess node, String run) {
        this.federation = federation;
        this.secrets = secrets;
        this.serve = serve;
        this.node = node;
        this.run = run;
    }

    /** Starts SuperLink, executor, node and a run of so many rounds, and waits until the first is over. */
    static SecretRun start(FlwrRelease release, Path directory, int rounds) throws IOException {
        Path corpus = Files.createDirectories(directory.resolve("corpus"));
        TinyLlama.writeCorpus(corpus);
        Credentials credentials = Credentials.make(
                PythonEnvironment.of(release), Files.createDirectory(directory.resolve("credentials")), 0);
        Path key = makeKey(directory);
        Federation federation = Federation.startProtected(release, directory, credentials, 0);
        try {
            federation.flwr().registerNode(Path.of(key + ".pub"));
            ManagedProcess serve = federation.startServe(serveOptions(release, credentials));
            ManagedProcess node = federation.startNode("node", nodeOptions(credentials, key, corpus));
            FlowerApp app = FlowerApp.copy("recorded-updates", directory);
            String run = federation.flwr().run(app, "num-server-rounds=" + rounds);
            serve.awaitOutput("round 1/" + rounds, RUN_LIMIT);
            return new SecretRun(federation, Secrets.of(credentials.executorSecret(), key), serve, node, run);
        } catch (IOException | RuntimeException | Error e) {
            federation.close();
            throw e;
        }
    }

    /** Kills the SuperLink. */
    void loseSuperLink() {
        federation.link().crash();
    }

    /** Waits for the end of an executor whose SuperLink was lost. */
    void requireLost(Duration limit) throws IOException {
        assertThat(serve.awaitExit(limit)).isEqualTo(1);
        assertThat(serve.output().strip().lines().reduce((first, second) -> second))
                .get()
                .asString()
                .contains("run " + run + " was lost: ", "Look at the SuperLink's log", "finished rounds are kept")
                .doesNotContain("could not be reported")
                .endsWith("SFL-303 (docs/exit-codes/SFL-303.md)");
        assertThat(RunFiles.read(federation.state(), run).adapterAfter(1)).isNotNull();
        requireSecrecy();
    }

    /** Waits for the end of a run that nothing happens to. */
    void requireCompleted() throws IOException {
        assertThat(federation.flwr().awaitFinished(run, RUN_LIMIT).status()).isEqualTo("finished:completed");
        assertThat(serve.awaitExit(RUN_LIMIT)).isZero();
        secrets.requireHidden("the log of the run", federation.flwr().log(run));
        requireSecrecy();
    }

    private void requireSecrecy() throws IOException {
        secrets.requireHidden("serve", serve.output());
        secrets.requireHidden("node", node.output());
        secrets.requireHiddenUnder(federation.state());
    }

    @Override
    public void close() {
        node.crash();
        federation.close();
    }

    private static Path makeKey(Path directory) {
        Path key = directory.resolve("site");
        ProgramCall keygen =
                ProgramCall.of(List.of("node", "keygen", "--out", key.toString(), "--comment", "site 7"), CALL_LIMIT);
        assertThat(keygen.status()).as(keygen.err()).isZero();
        return key;
    }

    private static String[] serveOptions(FlwrRelease release, Credentials credentials) {
        List<String> options = new ArrayList<>(List.of(
                "--debug",
                "--once",
                "--initial-adapter",
                TinyLlama.INITIAL_ADAPTER.toString(),
                "--set",
                "safe-fedllm.level=none",
                "--set",
                "strategy.min-available-nodes=1",
                "--set",
                "strategy.min-train-nodes=1",
                "--superexec-auth-secret-file",
                credentials.executorSecret().toString()));
        if (release.hasExecutorTls()) {
            options.addAll(
                    List.of("--root-certificates", credentials.authority().toString()));
        }
        return options.toArray(new String[0]);
    }

    private static String[] nodeOptions(Credentials credentials, Path key, Path corpus) {
        return Stream.concat(
                        Stream.of(TinyLlama.nodeOptions(TinyLlama.benign(corpus), 0)),
                        Stream.of(
                                "--debug",
                                "--root-certificates",
                                credentials.authority().toString(),
                                "--auth-supernode-private-key",
                                key.toString()))
                .toArray(String[]::new);
    }
}
