package io.safefedllm.strategy.evidence;

import io.safefedllm.strategy.exchange.Seeds;
import io.safefedllm.strategy.exchange.ServerRound;

/**
 * Draws which of its two tasks a node gets first, so that neither run is always the second one on the same rows (SF-13.3). It
 * hides nothing: a shadow task holds the first adapter and says what it is.
 */
public final class TaskOrder {
    private TaskOrder() {}

    /** Returns whether the shadow task comes first: a fair draw per node and round from the run's seed. */
    public static boolean shadowFirst(long runSeed, ServerRound round, long nodeId) {
        return Seeds.derive(runSeed, "task-order", round, nodeId) < 0;
    }
}
