package io.safefedllm.probe.calibrate;

import io.safefedllm.probe.model.SourceQuantile;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * The conformal quantile of held-out scores (SF-7.9).
 *
 * <p>Of m ascending scores it is the one of rank j = ceil((m + 1)(1 - alpha)); a fresh score of the same distribution exceeds
 * it with probability of at most alpha, whatever the distribution is. The rank is computed in decimal arithmetic: with m = 99
 * and alpha = 0.01 it is 99, not 100.
 *
 * <p>Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005, chapter 2.
 */
public final class ConformalQuantile {
    private static final String ALL_SOURCES = "*";

    private final CalibrationMode mode;
    private final BigDecimal alpha;
    private final int least;

    /**
     * Fixes the budget.
     *
     * @param alpha share of false alarms that is allowed, in (0, 1), taken as the decimal number it prints as
     * @throws IllegalArgumentException if alpha is outside its range
     */
    public ConformalQuantile(CalibrationMode mode, double alpha) {
        this(mode, alpha, 0);
    }

    /**
     * Fixes the budget, and asks for more scores than it needs.
     *
     * @param least how many scores there must be at least, not negative
     * @throws IllegalArgumentException if alpha or {@code least} is outside its range
     */
    public ConformalQuantile(CalibrationMode mode, double alpha, int least) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha must be in (0, 1) but was " + alpha);
        }
        if (least < 0) {
            throw new IllegalArgumentException("least number of scores must not be negative but was " + least);
        }
        this.mode = mode;
        this.alpha = BigDecimal.valueOf(alpha);
        this.least = least;
    }

    /**
     * Returns the smallest number of scores that will do: as many as were asked for, and never fewer than the rank needs,
     * which is ceil(1 / alpha) - 1; 99 for alpha = 0.01.
     */
    public int minScores() {
        return Math.max(
                least, BigDecimal.ONE.divide(alpha, 0, RoundingMode.CEILING).intValueExact() - 1);
    }

    /**
     * Returns the quantile of every source, or the one of all scores together where the mode says so.
     *
     * @param scores scores by source, in any order; not changed
     * @throws CalibrationException if there is no source, or one has fewer than {@link #minScores} scores
     */
    public List<SourceQuantile> quantiles(Map<String, double[]> scores) {
        List<SourceQuantile> quantiles = new ArrayList<>();
        if (mode == CalibrationMode.POOLED) {
            double[] all =
                    scores.values().stream().flatMapToDouble(DoubleStream::of).toArray();
            quantiles.add(quantile(ALL_SOURCES, all));
        } else {
            scores.forEach((source, values) -> quantiles.add(quantile(source, values)));
        }
        if (quantiles.isEmpty()) {
            throw new CalibrationException("calibration needs benign updates of at least one source but got none");
        }
        return quantiles;
    }

    /** Returns the largest of {@link #quantiles}. */
    public double largest(Map<String, double[]> scores) {
        return quantiles(scores).stream()
                .mapToDouble(SourceQuantile::quantile)
                .max()
                .orElseThrow();
    }

    /**
     * Returns the threshold tau: the next binary32 above the largest quantile, so that with "reaches tau is harmful" exactly
     * the scores strictly above the quantile are harmful.
     *
     * @param scores binary32 probabilities by source
     * @throws CalibrationException if {@link #quantiles} refuses, or the largest quantile is 1 or more
     */
    public double threshold(Map<String, double[]> scores) {
        double quantile = largest(scores);
        if (!(quantile < 1)) {
            throw new CalibrationException("a benign source scores " + quantile
                    + " at the quantile, so no threshold keeps the budget; the probe does not separate, train another");
        }
        return Math.nextUp((float) quantile);
    }

    private SourceQuantile quantile(String source, double[] scores) {
        if (scores.length < minScores()) {
            throw new CalibrationException("source '" + source + "' has " + scores.length
                    + " benign held-out updates but alpha = " + alpha.toPlainString() + " needs at least " + minScores()
                    + "; add updates, or allow a larger alpha or fewer scores");
        }
        int rank = BigDecimal.valueOf(scores.length + 1L)
                .multiply(BigDecimal.ONE.subtract(alpha))
                .setScale(0, RoundingMode.CEILING)
                .intValueExact();
        double[] ascending = scores.clone();
        Arrays.sort(ascending);
        return new SourceQuantile(source, scores.length, ascending[rank - 1]);
    }
}
