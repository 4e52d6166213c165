package io.safefedllm.flower.app;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the runs that an executor drives where a later process finds them, so that a run outlives an executor that is killed.
 *
 * <p>A run is kept before its inputs are pulled, kept again with them before anything is done for it, and forgotten when it is over
 * for its executor. What is kept holds the token of the run: files must be readable for their owner only. Implementations are
 * thread-safe: each run is served by a thread of its own.
 */
public interface ClaimStore {

    /**
     * Returns the runs of this executor's SuperLink that were kept and not forgotten, those that another process drives included. Called
     * once, when the executor begins to serve; a run that cannot be read is left out.
     *
     * @throws IOException if nothing of what was kept can be looked at
     */
    List<KeptRun> left() throws IOException;

    /**
     * Takes one of them up: from now on this process drives it for everybody else.
     *
     * @return the run as it is kept by now, or nothing if a living process drives it or it was forgotten meanwhile
     * @throws IOException if that cannot be found out; the run is then left alone
     */
    Optional<KeptRun> takeUp(long runId) throws IOException;

    /**
     * Keeps the run, in place of what was kept of it before. A store that cannot keep it says so and lets it be driven nevertheless.
     *
     * @throws IOException if another process drives the run; this one then ends it as failed
     */
    void keep(KeptRun run) throws IOException;

    /** Forgets the run, if this process drives it; whatever prevents that does not harm another run. */
    void forget(long runId);

    /** Returns a store that keeps nothing. */
    static ClaimStore none() {
        return new ClaimStore() {
            @Override
            public List<KeptRun> left() {
                return List.of();
            }

            @Override
            public Optional<KeptRun> takeUp(long runId) {
                return Optional.empty();
            }

            @Override
            public void keep(KeptRun run) {
                // Nothing is kept.
            }

            @Override
            public void forget(long runId) {
                // Nothing was kept.
            }
        };
    }
}
