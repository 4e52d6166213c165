package io.safefedllm.probe.train;

import io.safefedllm.probe.feature.FeatureVector;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Refuses a probe that has learnt the sources instead of the harm (SF-7.12).
 *
 * <p>For every benign and every harmful source a probe is fitted to the updates of all others; then it has to tell the two apart
 * that it has never seen. Where it cannot (AUC below 0.7) while the full probe can on its held-out rows (AUC above 0.9), the full
 * probe recognises sources. Costs one fit per pair and view.
 */
final class SourceCheck {
    /** A probe that has not seen the pair must separate it at least as well as this. */
    static final double MIN_UNSEEN = 0.7;

    /** A pair that the full probe separates no better than this proves nothing. */
    static final double MAX_KNOWN = 0.9;

    private final ViewFit fits;
    private final TrainingCensus census;
    private final List<String> sources;
    private final boolean[] harmful;

    SourceCheck(ViewFit fits, TrainingCensus census) {
        this.fits = fits;
        this.census = census;
        this.sources = census.sourceOfEach();
        this.harmful = census.harmful();
    }

    /**
     * Checks one view.
     *
     * @param full the probe fitted to all sources
     * @throws ProbeTrainingException if a pair fails; the message names it
     */
    void require(String view, List<FeatureVector> features, FitResult full) {
        double[] known = ViewFit.logits(full, features);
        for (String benign : census.sourcesOf(false)) {
            for (String wicked : census.sourcesOf(true)) {
                requirePair(view, features, known, new Pair(benign, wicked));
            }
        }
    }

    private record Pair(String benign, String harmful) {
        boolean has(String source, boolean isHarmful) {
            return source.equals(isHarmful ? harmful : benign);
        }
    }

    private void requirePair(String view, List<FeatureVector> features, double[] known, Pair pair) {
        double seen = auc(known, fits.heldOut(), pair);
        if (!(seen > MAX_KNOWN)) {
            return;
        }
        int[] others = rows(row -> !pair.has(sources.get(row), harmful[row]));
        int[] both = rows(row -> pair.has(sources.get(row), harmful[row]));
        FitResult without = fits.fitSome(view, features, others, census.strata());
        double unseen = auc(ViewFit.logits(without, features), both, pair);
        if (unseen < MIN_UNSEEN) {
            throw new ProbeTrainingException(String.format(
                    Locale.ROOT,
                    "view %s learns the source instead of the harm: it tells '%s' from '%s' with AUC %.2f, but a probe"
                            + " that has not seen these two with %.2f only; add sources of both classes",
                    view,
                    pair.benign(),
                    pair.harmful(),
                    seen,
                    unseen));
        }
    }

    private int[] rows(IntPredicate wanted) {
        int[] all = new int[harmful.length];
        Arrays.setAll(all, row -> row);
        return Arrays.stream(all).filter(wanted).toArray();
    }

    private double auc(double[] logits, int[] rows, Pair pair) {
        return RankAuc.of(logitsOf(logits, rows, pair, false), logitsOf(logits, rows, pair, true));
    }

    private double[] logitsOf(double[] logits, int[] rows, Pair pair, boolean wanted) {
        return Arrays.stream(rows)
                .filter(row -> harmful[row] == wanted && pair.has(sources.get(row), wanted))
                .mapToDouble(row -> logits[row])
                .toArray();
    }
}
