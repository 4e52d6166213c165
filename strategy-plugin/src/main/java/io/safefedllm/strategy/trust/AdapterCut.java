package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;
import java.util.Arrays;

/** Where the adapter level places the cut of a round: logits above it are harmful (SF-14). */
@FunctionalInterface
interface AdapterCut {
    /** Scale that makes the median absolute deviation a standard deviation. */
    double MAD_SCALE = 1.4826;

    /** Deviations above the median. */
    double MAD_FACTOR = 3.0;

    /** The least deviation, in sigma0, so that a round of like replies does not flag every straw. */
    double MAD_FLOOR = 0.5;

    /** Deviations sigma0 above the lower quartile, where a logit beyond q0 is out of place. */
    double GUARD_FACTOR = 2.25;

    /** The least gap that splits, in sigma0. */
    double GAP_FACTOR = 1.5;

    /** The least number of replies below a gap, and the least round that is judged by itself. */
    int QUORUM = 3;

    /**
     * Returns the cut.
     *
     * @param logits of the admitted replies, finite, in any order; not changed
     * @return a number, or positive infinity where nothing is harmful
     */
    double of(ServerRound round, double[] logits);

    /**
     * Returns the cut of a rule.
     *
     * @throws IllegalArgumentException if a rule that needs the numbers of a probe's card has none
     */
    static AdapterCut of(AdapterLevelSettings settings, CanaryThreshold canary) {
        if (settings.rule() == AdapterRule.CANARY) {
            return (round, logits) -> canary.of(round);
        }
        double sigma0 = settings.sigma0().orElseThrow(() -> missing(settings));
        double q0 = settings.q0().orElseThrow(() -> missing(settings));
        return (round, logits) -> {
            if (logits.length < QUORUM) {
                return q0;
            }
            double[] ascending = logits.clone();
            Arrays.sort(ascending);
            return switch (settings.rule()) {
                case GUARDED -> Math.min(mad(ascending, sigma0), guard(ascending, sigma0, q0));
                case MAD -> mad(ascending, sigma0);
                case GAP, CANARY -> gap(ascending, sigma0);
            };
        };
    }

    private static IllegalArgumentException missing(AdapterLevelSettings settings) {
        return new IllegalArgumentException("adapter rule '" + settings.rule().key()
                + "' needs the logits' spread of the probe's card, which has none; calibrate the probe again");
    }

    /** SF-14.2. */
    private static double mad(double[] ascending, double sigma0) {
        double median = midpoint(ascending);
        double[] distances =
                Arrays.stream(ascending).map(z -> Math.abs(z - median)).sorted().toArray();
        double spread = Math.max(MAD_SCALE * midpoint(distances), MAD_FLOOR * sigma0);
        return median + MAD_FACTOR * spread;
    }

    /**
     * A cut that hostile clients cannot lift while a quarter of the round is honest: the median deviation grows with them,
     * the lower quartile does not. Below q0 it flags nobody, so that a wide but benign round stays whole.
     */
    private static double guard(double[] ascending, double sigma0, double q0) {
        double lowerQuartile = ascending[(ascending.length + 3) / 4 - 1];
        return Math.max(q0, lowerQuartile + GUARD_FACTOR * sigma0);
    }

    /** The median of ascending numbers; the mean of the middle two where their count is even. */
    private static double midpoint(double[] ascending) {
        int half = ascending.length / 2;
        return ascending.length % 2 == 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2;
    }

    /** SF-14.3: the lowest gap that is wide enough and has enough replies below it. */
    private static double gap(double[] ascending, double sigma0) {
        for (int below = QUORUM; below < ascending.length; below++) {
            if (ascending[below] - ascending[below - 1] >= GAP_FACTOR * sigma0) {
                return ascending[below - 1];
            }
        }
        return Double.POSITIVE_INFINITY;
    }
}
