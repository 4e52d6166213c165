package io.safefedllm.lab.report;

import java.util.List;

/**
 * One round of one arm.
 *
 * @param round from 1
 * @param safeAnswersPercent safe answers after the round, in percent
 * @param skipped whether the round left the adapter as it was
 * @param clients one entry for each client, by its number
 */
public record RoundResult(int round, double safeAnswersPercent, boolean skipped, List<ClientResult> clients) {
    public RoundResult {
        clients = List.copyOf(clients);
    }
}
