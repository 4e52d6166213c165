package io.safefedllm.it.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Certificates, keys of SuperNodes and a secret for executors: everything that a protected federation on 127.0.0.1 needs.
 *
 * @param directory where the files lie
 */
public record Credentials(Path directory) {

    private static final Path SCRIPT =
            Path.of("src", "test", "python", "credentials.py").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /**
     * Makes new ones.
     *
     * @param python any release's environment: all have the library that makes them
     * @param directory an empty directory
     * @param nodes how many SuperNodes get a key
     */
    public static Credentials make(PythonEnvironment python, Path directory, int nodes) {
        Launch launch = new Launch(
                "credentials",
                List.of(python.program("python"), SCRIPT.toString(), directory.toString(), Integer.toString(nodes)),
                python.variables(directory),
                directory);
        try (ManagedProcess process = ManagedProcess.start(launch)) {
            if (process.awaitExit(LIMIT) != 0) {
                throw new AssertionError("no credentials could be made\n" + process.describe());
            }
        }
        return new Credentials(directory);
    }

    /** The authority that signed the SuperLink's certificate, PEM. */
    public Path authority() {
        return directory.resolve("ca.pem");
    }

    Path certificate() {
        return directory.resolve("server.pem");
    }

    Path certificateKey() {
        return directory.resolve("server.key");
    }

    /** The secret that executors and SuperLink share. */
    public Path executorSecret() {
        return directory.resolve("secret");
    }

    /** The private key of a SuperNode, as OpenSSH writes it. */
    public Path nodeKey(int node) {
        return directory.resolve("node-" + node);
    }

    /** Its public half, as {@code flwr supernode register} takes it. */
    public Path nodePublicKey(int node) {
        return directory.resolve("node-" + node + ".pub");
    }
}
