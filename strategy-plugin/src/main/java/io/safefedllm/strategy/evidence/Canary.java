package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.List;

/**
 * Updates that the server trains itself, where it has the model: from this round's adapter, on its own benign and its own
 * harmful texts, with the clients' recipe (SF-14.4). The program supplies it.
 */
public interface Canary {

    /**
     * What was trained.
     *
     * @param benign trained minus global, one for every training on benign texts; at least one
     * @param harmful the same on harmful texts; may be empty
     */
    record Updates(List<LoraUpdate> benign, List<LoraUpdate> harmful) {
        /**
         * Copies the lists.
         *
         * @throws IllegalArgumentException if there is no benign update
         */
        public Updates {
            benign = List.copyOf(benign);
            harmful = List.copyOf(harmful);
            if (benign.isEmpty()) {
                throw new IllegalArgumentException("a canary must train at least one benign update");
            }
        }
    }

    /**
     * Trains the updates of a round. The same round and adapter must give the same updates. Costs as much as a client's
     * training for each of them.
     */
    Updates train(ServerRound round, LoraAdapter global);

    /**
     * Returns what tells these canaries from others, as a digest of their model and texts: a run goes on after a restart with
     * canaries of the same identity only, and not at all if it is empty.
     */
    String identity();
}
