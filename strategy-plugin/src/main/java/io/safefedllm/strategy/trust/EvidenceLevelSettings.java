package io.safefedllm.strategy.trust;

/**
 * What the evidence level asks of a client before and after it has earned trust (SF-4.5, SF-7.10).
 *
 * @param min participations that decide, at least 1
 * @param audit when a client that has earned trust must show a shadow run again
 * @param auditInterval participations from one counted audit to the next, at least 1
 * @param auditProbability chance of a random audit, in [0, 1]
 * @param permanentFreeze whether {@code min} harmful participations on end bar a client for good
 */
public record EvidenceLevelSettings(
        int min, AuditKind audit, int auditInterval, double auditProbability, boolean permanentFreeze) {
    /** The hardened values. */
    public static final EvidenceLevelSettings DEFAULTS = new EvidenceLevelSettings(3, AuditKind.RANDOM, 5, 0.2, false);

    /** The authors' values. */
    public static final EvidenceLevelSettings PAPER_FAITHFUL =
            new EvidenceLevelSettings(3, AuditKind.COUNTER, 5, 0.2, true);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public EvidenceLevelSettings {
        Ranges.atLeast("evidence size", 1, min);
        Ranges.atLeast("audit interval", 1, auditInterval);
        Ranges.fraction("audit probability", auditProbability);
    }
}
