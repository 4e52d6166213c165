package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.exchange.Seeds;
import io.safefedllm.strategy.exchange.ServerRound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * How many nodes take part in a round and which.
 *
 * @param fraction share of the online nodes, in (0, 1], as Flower's {@code strategy.fraction-train}; nothing where a fixed
 *     number is drawn
 * @param minTrainNodes nodes drawn at least where there is a fraction
 * @param minAvailableNodes nodes that must be online
 * @param sampleClients nodes drawn at most where there is no fraction
 */
public record Sampling(OptionalDouble fraction, int minTrainNodes, int minAvailableNodes, int sampleClients) {
    /** Flower's least number of nodes, for training and to be online. */
    public static final int DEFAULT_MIN_NODES = 2;

    /** The specification's sample size. */
    public static final long DEFAULT_SAMPLE_CLIENTS = 20;

    /** Returns how many nodes must be online before a round. */
    public int needed() {
        return fraction.isPresent() ? Math.max(minAvailableNodes, minTrainNodes) : minAvailableNodes;
    }

    /** Returns how many of the online nodes a round takes; all if fewer are online than asked for (SF-6.3). */
    public int size(int online) {
        int wanted =
                fraction.isPresent() ? Math.max((int) (online * fraction.getAsDouble()), minTrainNodes) : sampleClients;
        return Math.min(wanted, online);
    }

    /** Draws the nodes of a round, the same for the same seed, round and nodes; ascending unsigned. */
    public List<Long> draw(List<Long> online, ServerRound round, long seed) {
        List<Long> nodes = new ArrayList<>(online);
        nodes.sort(Long::compareUnsigned);
        int size = size(nodes.size());
        if (size < nodes.size()) {
            Collections.shuffle(nodes, new Random(Seeds.derive(seed, "sample", round, 0)));
            nodes = new ArrayList<>(nodes.subList(0, size));
            nodes.sort(Long::compareUnsigned);
        }
        return List.copyOf(nodes);
    }
}
