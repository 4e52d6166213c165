package io.safefedllm.strategy.round;

import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.settings.StrategySettings;
import java.util.List;

/**
 * Watches a run: for progress displays, metrics and reports.
 *
 * <p>Called on the thread that plays the rounds, in the order of the methods here; a listener that throws ends the run.
 * Values are immutable. The journal has a round's lines before the listener hears of its end.
 */
public interface RoundListener {
    /** Returns a listener that does nothing. */
    static RoundListener none() {
        return new RoundListener() {};
    }

    /** The run's settings are accepted and its journal is open. */
    default void runStarted(StrategySettings settings) {}

    /** The nodes of a round are drawn, ascending unsigned; tasks are about to be sent. */
    default void roundStarted(ServerRound round, List<Long> nodes) {}

    /** A node answered one of its tasks, or the platform answered in its place. */
    default void replyArrived(ServerRound round, long nodeId, TaskKind task) {}

    /** A client's weight is settled; ascending unsigned node id. */
    default void clientJudged(ServerRound round, ClientReport client) {}

    /** A round is over. */
    default void roundFinished(RoundReport report) {}
}
