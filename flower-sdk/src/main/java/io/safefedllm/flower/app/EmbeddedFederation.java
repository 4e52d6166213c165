package io.safefedllm.flower.app;

import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.embedded.EmbeddedSuperLink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * A whole federation in one JVM: one server app and any number of client apps over the embedded link.
 *
 * <p>The server app runs on the thread that calls {@link #run}. Nodes work whenever it polls: one after the other in
 * ascending order of their ids on the same thread, or, with an {@linkplain Builder#executor executor}, one task a
 * node. Either way a poll returns when every node has answered what it was sent, replies stand in the order of the
 * ids asked for, and all time stamps come from a clock that advances only when the server app reads it: equal apps and settings give
 * equal runs, message ids included.
 */
public final class EmbeddedFederation {

    private static final AppIdentity APP = new AppIdentity("embedded/app", "1.0.0", "0".repeat(64));

    private final Builder settings;
    private volatile boolean stopping;

    private EmbeddedFederation(Builder settings) {
        this.settings = settings;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs the server app to its end.
     *
     * <p>Exceptions of the app become a failed outcome, {@link Error}s pass. May be called again, after it has returned: that is a
     * fresh run of the same nodes, whose apps keep what they hold themselves.
     */
    public RunOutcome run(ServerApp app) {
        SteppingClock clock = new SteppingClock(settings.startTime);
        EmbeddedSuperLink superLink = new EmbeddedSuperLink(clock::latest);
        superLink.submit(new RunDetails(settings.runId, APP, settings.runConfig));
        List<EmbeddedWorker> workers = joinAll(superLink);
        try (RunLink link = superLink.executor()) {
            ClaimedRun run = link.open(link.tryClaim(RunFilter.all()).orElseThrow());
            RunInputs inputs = run.inputs();
            EmbeddedGrid grid = new EmbeddedGrid(run, workers, settings, () -> stopping);
            RunOutcome outcome = ServerAppCall.run(app, grid, new SimpleServerContext(inputs, clock));
            run.finish(outcome.status(), outcome.reason(), inputs);
            return outcome;
        }
    }

    /** Makes the present run end as stopped at its next call of the grid. Callable from any thread; final. */
    public void stop() {
        stopping = true;
    }

    private List<EmbeddedWorker> joinAll(EmbeddedSuperLink superLink) {
        List<EmbeddedWorker> workers = new ArrayList<>();
        settings.nodes.forEach((id, node) -> {
            NodeLink link = superLink.fleet(id);
            link.join();
            workers.add(new EmbeddedWorker(
                    link,
                    new NodeSession(
                            link, id, node.app(), node.config(), EmbeddedWorker::replyTime, settings.listener)));
        });
        return workers;
    }

    record Node(Map<String, Object> config, ClientApp app) {}

    /** Collects the nodes and settings of a federation. */
    public static final class Builder {
        final Map<Long, Node> nodes = new TreeMap<>(Long::compareUnsigned);
        Map<String, Object> runConfig = Map.of();
        long runId = 1;
        Instant startTime = Instant.parse("2026-01-01T00:00:00Z");
        FederationListener listener = FederationListener.none();
        Executor executor = Runnable::run;

        private Builder() {}

        /**
         * Adds a node.
         *
         * @param nodeId unsigned, not 0 or 1
         * @param nodeConfig what its app sees as {@link ClientContext#nodeConfig()}
         * @throws IllegalArgumentException if the id is taken or reserved
         */
        public Builder node(long nodeId, Map<String, Object> nodeConfig, ClientApp app) {
            if (nodeId == 0 || nodeId == 1 || nodes.containsKey(nodeId)) {
                throw new IllegalArgumentException(
                        "a node id must be new and not 0 or 1 but was " + Long.toUnsignedString(nodeId));
            }
            nodes.put(nodeId, new Node(Collections.unmodifiableMap(new LinkedHashMap<>(nodeConfig)), app));
            return this;
        }

        /** Sets the run config; values are {@link Long}, {@link Double}, {@link Boolean} or {@link String}. Empty unless set. */
        public Builder runConfig(Map<String, Object> values) {
            this.runConfig = new LinkedHashMap<>(values);
            return this;
        }

        /** Sets the run's id, 1 unless set. */
        public Builder runId(long value) {
            this.runId = value;
            return this;
        }

        /** Sets when the run starts on its own clock: the beginning of 2026 unless set. */
        public Builder startTime(Instant value) {
            this.startTime = value;
            return this;
        }

        /** Sets who watches. */
        public Builder listener(FederationListener value) {
            this.listener = value;
            return this;
        }

        /** Lets nodes work in parallel on the executor, which the caller owns; without it they work one after the other. */
        public Builder executor(Executor value) {
            this.executor = value;
            return this;
        }

        /**
         * Makes the federation; later changes of the builder do not reach it.
         */
        public EmbeddedFederation build() {
            Builder copy = new Builder();
            copy.nodes.putAll(nodes);
            copy.runConfig = runConfig;
            copy.runId = runId;
            copy.startTime = startTime;
            copy.listener = listener;
            copy.executor = executor;
            return new EmbeddedFederation(copy);
        }

        /** Shorthand for {@link #build()} and {@link EmbeddedFederation#run}. */
        public RunOutcome run(ServerApp app) {
            return build().run(app);
        }
    }
}
