package io.safefedllm.strategy.round;

import io.safefedllm.flower.app.ClientApp;
import java.util.List;

/**
 * Client apps that the server holds itself, to see what a round's recipe makes of texts that it knows (SF-14.4). Each is one
 * training in every round. A run asks them one after the other; where several runs are played at the same time, they are asked by the
 * thread of each, so they must then be safe for use by several threads.
 *
 * @param benign on harmless texts, each on other ones as clients are; at least one
 * @param harmful on harmful texts; what they score is stated in the journal and moves no threshold
 * @param identity tells these canaries from others, as in {@link io.safefedllm.strategy.evidence.Canary#identity}; empty for runs
 *     that are not to go on after a restart
 */
public record CanaryClients(List<ClientApp> benign, List<ClientApp> harmful, String identity) {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if there is no benign one
     */
    public CanaryClients {
        benign = List.copyOf(benign);
        harmful = List.copyOf(harmful);
        if (benign.isEmpty()) {
            throw new IllegalArgumentException("canaries need at least one client on benign texts");
        }
    }
}
