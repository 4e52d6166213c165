package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.LinkHarness;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.TestMessages;
import java.util.Map;
import java.util.Optional;

/** An {@link EmbeddedSuperLink} as a harness. */
final class EmbeddedHarness implements LinkHarness {

    private final EmbeddedSuperLink superLink = new EmbeddedSuperLink(TestMessages.clock());
    private long lastRun = -10;
    private long lastNode = Long.MAX_VALUE - 1;

    @Override
    public long submit(Map<String, Object> runConfig) {
        superLink.submit(new RunDetails(++lastRun, new AppIdentity(FAB_ID, "1.0.0", "a".repeat(64)), runConfig));
        return lastRun;
    }

    @Override
    public RunLink executor() {
        return superLink.executor();
    }

    @Override
    public NodeLink node() {
        return superLink.fleet(++lastNode);
    }

    @Override
    public void stop(long runId) {
        superLink.stop(runId);
    }

    @Override
    public Optional<RunStatus> status(long runId) {
        return superLink.status(runId);
    }

    @Override
    public String statusDetails(long runId) {
        return superLink.statusDetails(runId);
    }

    @Override
    public String log(long runId) {
        return superLink.log(runId);
    }

    @Override
    public void close() {
        // Nothing to release.
    }
}
