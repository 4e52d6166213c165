package io.safefedllm.strategy.trust;

import io.safefedllm.probe.model.ProbeScore;

/** The levels' curves as pure functions (SF-4.3, SF-4.4). */
public final class LevelCurves {
    private static final double KNEE = 0.8;
    private static final double REST = 0.2;

    private LevelCurves() {}

    /**
     * Returns the client level's raw weight of a scaled score, in (0, 1). The score is clamped to [0, 1]; the curve jumps
     * just above 0.8.
     */
    public static double clientRaw(double score, double slope) {
        double s = Math.max(0.0, Math.min(1.0, score));
        double u = s <= KNEE
                ? 0.5 * ProbeScore.sigma(slope * (s / KNEE - 0.5))
                : 0.5 + 0.5 * ProbeScore.sigma(slope * ((s - KNEE) / REST - 0.5));
        return 1.0 - u;
    }

    /** Returns the shadow level's weight of a share of harmful steps; the share is clamped to [0, 1]. */
    public static double shadow(double harmfulShare, double eta) {
        return Math.pow(1.0 - Math.max(0.0, Math.min(1.0, harmfulShare)), eta);
    }
}
