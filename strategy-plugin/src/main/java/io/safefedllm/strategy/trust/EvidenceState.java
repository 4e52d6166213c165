package io.safefedllm.strategy.trust;

import java.util.List;

/**
 * What the evidence level remembers of a client (SF-4.5, section 8.1).
 *
 * @param status how far its mind is made up
 * @param entries E, the evidence gathered, oldest first
 * @param auditCounter a, participations since the last audit, not negative
 * @param frozenWeight F, the weight of a client that is believed, in [0, 1]; 0 unless the status is benign
 */
public record EvidenceState(EvidenceStatus status, List<Entry> entries, int auditCounter, double frozenWeight) {
    /** A client never seen. */
    public static final EvidenceState START = new EvidenceState(EvidenceStatus.NONE, List.of(), 0, 0.0);

    /**
     * The evidence of one participation.
     *
     * @param factor the shadow curve's weight, in [0, 1]
     * @param bad whether the last step was harmful
     */
    public record Entry(double factor, boolean bad) {
        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException if the factor is not in [0, 1]
         */
        public Entry {
            Ranges.fraction("evidence factor", factor);
        }
    }

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a number is out of the range given above
     */
    public EvidenceState {
        Ranges.atLeast("audit counter", 0, auditCounter);
        Ranges.fraction("frozen weight", frozenWeight);
        entries = List.copyOf(entries);
    }

    EvidenceState withAuditCounter(int counter) {
        return new EvidenceState(status, entries, counter, frozenWeight);
    }

    EvidenceState withEntries(List<Entry> other) {
        return new EvidenceState(status, other, auditCounter, frozenWeight);
    }
}
