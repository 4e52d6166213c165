package io.safefedllm.flower.app;

import java.io.IOException;
import java.util.List;

/**
 * Keeps the runs that an executor drives where a later process finds them, so that a run outlives an executor that is killed.
 *
 * <p>A run is kept before its inputs are pulled, kept again with them before anything is done for it, and forgotten when it is over
 * for its executor. What is kept holds the token of the run: files must be readable for their owner only. Implementations are
 * thread-safe: each run is served by a thread of its own.
 */
public interface ClaimStore {

    /**
     * Returns the runs of this executor's SuperLink that were kept and not forgotten, and that no living process drives. From now on
     * this process drives them for everybody else. Called once, when the executor begins to serve.
     *
     * @throws IOException if what was kept cannot be looked at
     */
    List<KeptRun> takeUp() throws IOException;

    /**
     * Keeps the run, in place of what was kept of it before.
     *
     * @throws IOException if that is not possible; the run is then ended as failed
     */
    void keep(KeptRun run) throws IOException;

    /** Forgets the run, if it was kept; whatever prevents that does not harm another run. */
    void forget(long runId);

    /** Returns a store that keeps nothing. */
    static ClaimStore none() {
        return new ClaimStore() {
            @Override
            public List<KeptRun> takeUp() {
                return List.of();
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
