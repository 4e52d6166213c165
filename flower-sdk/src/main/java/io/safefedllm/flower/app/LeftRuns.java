package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that an earlier process of the executor left when it was killed. Confined to the serving thread. */
final class LeftRuns {

    private static final Logger LOG = LoggerFactory.getLogger(LeftRuns.class);

    private final ServerAppExecutor.Builder settings;
    private @Nullable Deque<KeptRun> left;

    LeftRuns(ServerAppExecutor.Builder settings) {
        this.settings = settings;
    }

    /**
     * Returns the next one to go on with; those that the SuperLink has ended meanwhile are forgotten.
     *
     * @throws UncheckedIOException if what was kept cannot be looked at
     */
    Optional<KeptRun> next() {
        Deque<KeptRun> runs = all();
        while (!runs.isEmpty()) {
            KeptRun run = runs.remove();
            if (isAlive(run.claim())) {
                settings.listener.takenUp(run.claim());
                return Optional.of(run);
            }
            settings.claims.forget(run.claim().runId());
            settings.listener.over(run.claim());
        }
        return Optional.empty();
    }

    private Deque<KeptRun> all() {
        Deque<KeptRun> known = left;
        if (known == null) {
            try {
                known = new ArrayDeque<>(settings.claims.takeUp());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            left = known;
        }
        return known;
    }

    /** A heartbeat that fails without being refused says nothing: the run goes on, and ends as any run whose heartbeats fail. */
    private boolean isAlive(RunClaim claim) {
        try {
            return settings.link.open(claim).heartbeat();
        } catch (TransportException e) {
            LOG.warn("Whether {} still goes on cannot be found out: {}", claim, e.getMessage());
            return true;
        }
    }
}
