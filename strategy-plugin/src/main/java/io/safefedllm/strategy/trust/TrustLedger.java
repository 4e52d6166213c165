package io.safefedllm.strategy.trust;

import java.util.HashMap;
import java.util.Map;

/**
 * What the levels remember of each client between rounds. Confined to the thread that plays the rounds.
 *
 * <p>A client that is absent from a round keeps its entry as it was.
 */
public final class TrustLedger {
    private final Map<Long, Mean> means = new HashMap<>();

    /**
     * The client level's running mean of raw weights: 1 before the first update, which then forgets it (SF-4.3).
     *
     * @param value in [0, 1]
     * @param count updates so far
     */
    public record Mean(double value, int count) {
        private static final Mean START = new Mean(1.0, 0);

        private Mean with(double raw) {
            return new Mean((value * count + raw) / (count + 1), count + 1);
        }
    }

    /** Makes a ledger that knows nobody. */
    public TrustLedger() {}

    /** Returns a client's running mean; the start value for a client never seen. */
    public Mean mean(long nodeId) {
        return means.getOrDefault(nodeId, Mean.START);
    }

    /** Adds one raw weight to a client's running mean and returns the new mean. */
    Mean addRaw(long nodeId, double raw) {
        Mean mean = mean(nodeId).with(raw);
        means.put(nodeId, mean);
        return mean;
    }
}
