package io.safefedllm.strategy.gate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What every client sent in its last participations (SF-7.1, code 13).
 *
 * <p>The window counts participations: one that was refused before its digest could be taken (codes 2 to 6) takes a place
 * without a digest, an absence takes none. A refused reply past code 6 is remembered like an admitted one. Digests are
 * compared with those of the same client only. Confined to one thread; O(window) per client.
 */
public final class ReplayMemory {
    private final int window;
    private final Map<Long, Deque<String>> digests = new TreeMap<>(Long::compareUnsigned);

    /**
     * Makes an empty memory.
     *
     * @param window how many participations are remembered; 0 remembers none and finds no replay
     * @throws IllegalArgumentException if the window is negative
     */
    public ReplayMemory(int window) {
        if (window < 0) {
            throw new IllegalArgumentException("replay window must be at least 0 but was " + window);
        }
        this.window = window;
    }

    /** Returns whether the client sent this digest in one of its last participations. */
    public boolean isReplay(long nodeId, String sha256) {
        Deque<String> sent = digests.get(nodeId);
        return sent != null && sent.contains(sha256);
    }

    /**
     * Remembers one participation.
     *
     * @param sha256 digest of the update; nothing if the reply did not get past code 6
     */
    public void remember(long nodeId, Optional<String> sha256) {
        if (window == 0) {
            return;
        }
        Deque<String> sent = digests.computeIfAbsent(nodeId, any -> new ArrayDeque<>());
        sent.addLast(sha256.orElse(""));
        if (sent.size() > window) {
            sent.removeFirst();
        }
    }

    /** Returns the digests by client, oldest first; an empty string stands for a participation without one. */
    public Map<Long, List<String>> snapshot() {
        Map<Long, List<String>> copy = new TreeMap<>(Long::compareUnsigned);
        digests.forEach((node, sent) -> copy.put(node, List.copyOf(sent)));
        return copy;
    }

    /** Puts this memory into the state of a snapshot; of more digests than the window has, the newest are kept. */
    public void restore(Map<Long, List<String>> snapshot) {
        digests.clear();
        snapshot.forEach((node, sent) -> {
            List<String> kept = new ArrayList<>(sent);
            kept.subList(0, Math.max(0, kept.size() - window)).clear();
            if (!kept.isEmpty()) {
                digests.put(node, new ArrayDeque<>(kept));
            }
        });
    }
}
