package io.safefedllm.lab.metric;

import java.util.List;

/**
 * The weights of one round.
 *
 * @param skipped whether the round left the adapter as it was
 * @param clients one entry for each client of the round, those that did not reply with weight 0
 */
public record RoundWeights(boolean skipped, List<ClientWeight> clients) {
    public RoundWeights {
        clients = List.copyOf(clients);
    }
}
