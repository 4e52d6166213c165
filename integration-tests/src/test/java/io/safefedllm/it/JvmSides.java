package io.safefedllm.it;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientAppRunner;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.app.ServerApp;
import io.safefedllm.flower.app.ServerAppExecutor;
import io.safefedllm.flower.app.SuperLinkOptions;
import io.safefedllm.flower.app.SuperLinks;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.SuperLinkAddress;
import io.safefedllm.flower.link.key.KeyFiles;
import io.safefedllm.flower.link.tls.ConnectionSecurity;
import io.safefedllm.flower.link.tls.TrustRoots;
import io.safefedllm.it.harness.Credentials;
import io.safefedllm.it.harness.Federation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Our executor and our nodes beside a real SuperLink, in the JVM of the tests: what the commands do, without a process each. */
final class JvmSides {

    private JvmSides() {}

    /** A node, the number of its partition being that of its key; it joins once a thread runs it. */
    static ClientAppRunner node(Federation federation, ClientApp app, int partition) {
        return ClientAppRunner.builder(nodeLink(federation, partition), app)
                .nodeConfig(Map.of("partition-id", (long) partition))
                .build();
    }

    /** A node's place, as the node of a number proves itself where proof is asked for. */
    static NodeLink nodeLink(Federation federation, int node) {
        SuperLinkAddress fleet = SuperLinkAddress.parse(federation.link().fleetAddress());
        return SuperLinks.fleet(fleet, nodeOptions(federation, node));
    }

    /** How a node reaches the federation. */
    static SuperLinkOptions nodeOptions(Federation federation, int node) {
        SuperLinkOptions open = SuperLinkOptions.defaults();
        return federation
                .credentials()
                .map(files -> open.withSecurity(tls(files)).withNodeKey(read(files.nodeKey(node), KeyFiles::read)))
                .orElse(open);
    }

    /** How an executor reaches the federation, with all that its release may ask for. */
    static SuperLinkOptions executorOptions(Federation federation) {
        SuperLinkOptions options = SuperLinkOptions.defaults();
        if (federation.credentials().isEmpty()) {
            return options;
        }
        Credentials files = federation.credentials().get();
        if (federation.release().hasExecutorTls()) {
            options = options.withSecurity(tls(files));
        }
        return federation.release().hasExecutorSecret()
                ? options.withSuperExecSecret(read(files.executorSecret(), Files::readAllBytes))
                : options;
    }

    /** Serves one run on a thread of its own. */
    static CompletableFuture<RunOutcome> serveOnce(Federation federation, ServerApp app) {
        return CompletableFuture.supplyAsync(() -> {
            try (ServerAppExecutor executor =
                    ServerAppExecutor.builder(runLink(federation), app).build()) {
                return executor.serveOnce().orElseThrow();
            }
        });
    }

    private static RunLink runLink(Federation federation) {
        SuperLinkAddress address = SuperLinkAddress.parse(federation.link().executorAddress());
        return SuperLinks.executor(address, executorOptions(federation));
    }

    private static ConnectionSecurity tls(Credentials credentials) {
        return ConnectionSecurity.tls(read(credentials.authority(), TrustRoots::read));
    }

    private static <T> T read(Path file, Reader<T> reader) {
        try {
            return reader.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Reader<T> {
        T read(Path file) throws IOException;
    }
}
