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
import io.safefedllm.it.harness.Federation;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Our executor and our nodes beside a real SuperLink, in the JVM of the tests: what the commands do, without a process each. */
final class JvmSides {

    private JvmSides() {}

    /** A node; it joins once a thread runs it. */
    static ClientAppRunner node(Federation federation, ClientApp app, int partition) {
        return ClientAppRunner.builder(nodeLink(federation), app)
                .nodeConfig(Map.of("partition-id", (long) partition))
                .build();
    }

    static NodeLink nodeLink(Federation federation) {
        SuperLinkAddress fleet = SuperLinkAddress.parse(federation.link().fleetAddress());
        return SuperLinks.fleet(fleet, SuperLinkOptions.defaults());
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
        return SuperLinks.executor(address, SuperLinkOptions.defaults());
    }
}
