package io.safefedllm.strategy.trust;

/**
 * When and how long a client is kept out (SF-7.5).
 *
 * @param enabled whether there are quarantines at all
 * @param window participations that are looked back at, at least 1
 * @param strikes harmful ones among them that start a quarantine, at least 1
 * @param base clean participations that the first quarantine takes, at least 1; each further one takes twice as many
 * @param max the most clean participations that a quarantine takes, at least {@code base}
 * @param forgiveAfter clean participations on end that undo one doubling, at least 1
 */
public record PenaltySettings(boolean enabled, int window, int strikes, int base, int max, int forgiveAfter) {
    /** The hardened values. */
    public static final PenaltySettings DEFAULTS = new PenaltySettings(true, 10, 3, 2, 16, 20);

    /** The authors know no quarantine. */
    public static final PenaltySettings PAPER_FAITHFUL = new PenaltySettings(false, 10, 3, 2, 16, 20);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public PenaltySettings {
        Ranges.atLeast("penalty window", 1, window);
        Ranges.atLeast("penalty strikes", 1, strikes);
        Ranges.atLeast("penalty base", 1, base);
        Ranges.atLeast("penalty max", base, max);
        Ranges.atLeast("forgiveness streak", 1, forgiveAfter);
        if (strikes > window) {
            throw new IllegalArgumentException(
                    "penalty strikes must fit into the window of " + window + " but was " + strikes);
        }
    }

    /** Returns the clean participations that a quarantine of a level takes: base * 2^(level - 1), at most max. */
    int length(int level) {
        return (int) Math.min(max, Math.scalb((double) base, level - 1));
    }
}
