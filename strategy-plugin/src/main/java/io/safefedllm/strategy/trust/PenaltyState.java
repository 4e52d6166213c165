package io.safefedllm.strategy.trust;

import java.util.List;

/**
 * What the penalty remembers of a client (SF-7.5).
 *
 * @param window whether each of the last participations was harmful, oldest first
 * @param level q, the quarantines that are not forgiven, not negative
 * @param remaining m, clean participations until the end of a quarantine; 0 for an active client
 * @param streak clean participations on end that count towards forgiveness, not negative
 */
public record PenaltyState(List<Boolean> window, int level, int remaining, int streak) {
    /** A client never seen. */
    public static final PenaltyState START = new PenaltyState(List.of(), 0, 0, 0);

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    public PenaltyState {
        Ranges.atLeast("penalty level", 0, level);
        Ranges.atLeast("remaining quarantine", 0, remaining);
        Ranges.atLeast("clean streak", 0, streak);
        window = List.copyOf(window);
    }

    /** Returns whether the client is kept out. */
    Standing standing() {
        return remaining > 0 ? Standing.QUARANTINED : Standing.ACTIVE;
    }
}
