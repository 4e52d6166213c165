package io.safefedllm.strategy.trust;

/**
 * How a client's past counts (SF-7.4).
 *
 * @param kind what carries the past
 * @param initial trust of a client never seen, in [0, 1]
 * @param recovery share of the distance that trust makes up in a clean round, in (0, 1]
 */
public record MemorySettings(MemoryKind kind, double initial, double recovery) {
    /** The hardened values. */
    public static final MemorySettings DEFAULTS = new MemorySettings(MemoryKind.TRUST, 0.5, 0.4);

    /** The authors' memory: each level's own. */
    public static final MemorySettings PAPER_FAITHFUL = new MemorySettings(MemoryKind.PAPER, 0.5, 0.4);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public MemorySettings {
        Ranges.fraction("initial trust", initial);
        Ranges.positiveFraction("recovery", recovery);
    }
}
