package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter.Verdict;
import io.safefedllm.flower.link.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that an earlier process of the executor left when it was killed. Each is taken up when it is about to be served and not
 * before, so that another executor may go on with those that this one has no room for. Confined to the serving thread.
 */
final class LeftRuns {

    private static final Logger LOG = LoggerFactory.getLogger(LeftRuns.class);

    private final ServerAppExecutor.Builder settings;
    private @Nullable Deque<KeptRun> left;

    LeftRuns(ServerAppExecutor.Builder settings) {
        this.settings = settings;
    }

    /**
     * Returns the next one to go on with. Those that the executor's filter refuses, or that another process drives, are left alone;
     * those that the SuperLink has ended meanwhile are forgotten.
     *
     * @throws UncheckedIOException if what was kept cannot be looked at
     */
    Optional<KeptRun> next() {
        Deque<KeptRun> runs = all();
        while (!runs.isEmpty()) {
            KeptRun run = runs.remove();
            Optional<KeptRun> alive =
                    isForeign(run) ? Optional.empty() : takeUp(run.claim()).filter(this::isAlive);
            if (alive.isPresent()) {
                settings.listener.takenUp(run.claim());
                return alive;
            }
        }
        return Optional.empty();
    }

    private Deque<KeptRun> all() {
        Deque<KeptRun> known = left;
        if (known == null) {
            try {
                known = new ArrayDeque<>(settings.claims.left());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            left = known;
        }
        return known;
    }

    private boolean isForeign(KeptRun run) {
        Optional<String> fabId = run.inputs().map(inputs -> inputs.app().fabId());
        Optional<String> fabHash = run.inputs().map(inputs -> inputs.app().fabHash());
        boolean foreign = settings.filter.decide(fabId.or(run.claim()::fabId), fabHash.or(run.claim()::fabHash))
                == Verdict.FOREIGN;
        if (foreign) {
            LOG.info(
                    "{} was left by an executor of other runs than {}, and is left alone",
                    run.claim(),
                    settings.filter);
        }
        return foreign;
    }

    private Optional<KeptRun> takeUp(RunClaim claim) {
        try {
            return settings.claims.takeUp(claim.runId());
        } catch (IOException e) {
            LOG.warn("{} was left by an executor that was killed, and cannot be taken up: {}", claim, e.toString());
            return Optional.empty();
        }
    }

    /** A heartbeat that fails without being refused says nothing: the run goes on, and ends as any run whose heartbeats fail. */
    private boolean isAlive(KeptRun run) {
        RunClaim claim = run.claim();
        try {
            if (settings.link.open(claim).heartbeat()) {
                return true;
            }
        } catch (TransportException e) {
            LOG.warn("Whether {} still goes on cannot be found out: {}", claim, e.getMessage());
            return true;
        }
        settings.claims.forget(claim.runId());
        settings.listener.over(claim);
        return false;
    }
}
