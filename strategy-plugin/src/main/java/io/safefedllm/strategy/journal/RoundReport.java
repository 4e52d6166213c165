package io.safefedllm.strategy.journal;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.List;
import java.util.Optional;

/**
 * How a round ended.
 *
 * @param round the round
 * @param clients one report for each node that was drawn, ascending unsigned
 * @param skipped why the adapter is the same as before; nothing if it is new
 * @param meanWeight mean weight of the clients that count (SF-6.1, SF-7.8); 0 if none does
 * @param degraded whether the rule could not keep its promise with so few rows (BL-0.6)
 * @param adapter the adapter after the round
 * @param times where the time went
 */
public record RoundReport(
        ServerRound round,
        List<ClientReport> clients,
        Optional<SkipReason> skipped,
        double meanWeight,
        boolean degraded,
        LoraAdapter adapter,
        RoundTimes times) {
    /** Copies the list. */
    public RoundReport {
        clients = List.copyOf(clients);
    }
}
