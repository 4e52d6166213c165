package io.safefedllm.strategy.journal;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.evidence.CanaryReading;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.RoundNorms;
import java.util.List;
import java.util.Optional;

/**
 * How a round ended.
 *
 * @param round the round
 * @param clients one report for each node that was drawn, ascending unsigned
 * @param skipped why the adapter is the same as before; nothing if it is new
 * @param mean the mean weight and who counts in it
 * @param degraded whether the rule could not keep its promise with so few rows (BL-0.6)
 * @param norms how long updates were and might be; nothing if no reply was admitted
 * @param canary where the server's own updates put the threshold, in a run that has some
 * @param adapter the adapter after the round
 * @param times where the time went
 */
public record RoundReport(
        ServerRound round,
        List<ClientReport> clients,
        Optional<SkipReason> skipped,
        MeanWeight mean,
        boolean degraded,
        Optional<RoundNorms> norms,
        Optional<CanaryReading> canary,
        LoraAdapter adapter,
        RoundTimes times) {
    /** Copies the list. */
    public RoundReport {
        clients = List.copyOf(clients);
    }

    /** Returns the mean weight of the clients that count; 0 if none does. */
    public double meanWeight() {
        return mean.value();
    }
}
