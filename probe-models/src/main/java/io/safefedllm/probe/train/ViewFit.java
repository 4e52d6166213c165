package io.safefedllm.probe.train;

import ai.djl.ndarray.NDManager;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.ProbeScore;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Fits linear classifiers to the features of one set of updates, one view after the other, with one split. */
final class ViewFit {
    private final ProbeTrainingPlan plan;
    private final DjlDevice device;
    private final boolean[] harmful;
    private final StratifiedSplit split;

    /**
     * Splits the updates.
     *
     * @throws ProbeTrainingException if nothing can be held out for validation
     */
    ViewFit(ProbeTrainingPlan plan, DjlDevice device, TrainingCensus census) {
        this.plan = plan;
        this.device = device;
        this.harmful = census.harmful();
        this.split = split(census.strata());
    }

    private StratifiedSplit split(List<String> strata) {
        StratifiedSplit parts = StratifiedSplit.of(strata, plan.validationShare(), plan.seed());
        if (parts.heldOut().length == 0) {
            throw new ProbeTrainingException(
                    "no source has two updates of a class, so none can be held out for validation; add updates");
        }
        return parts;
    }

    /** Start and orders come from the seed and the view alone (SF-3.3, SF-3.8), so adding a view changes no other. */
    FitResult fit(String view, List<FeatureVector> features) {
        return fit(view, new FitData(features, harmful, split.rest(), split.heldOut()));
    }

    /** Fits to some rows only, with a split of their own. */
    FitResult fitSome(String view, List<FeatureVector> features, int[] rows, List<String> strata) {
        List<String> some = Arrays.stream(rows).mapToObj(strata::get).toList();
        StratifiedSplit parts = split(some);
        return fit(view, new FitData(features, harmful, pick(rows, parts.rest()), pick(rows, parts.heldOut())));
    }

    /** Returns the logit of every row from a fit to the rows of all other folds. */
    double[] heldOutLogits(String view, List<FeatureVector> features, int[] foldOf, List<String> strata) {
        double[] logits = new double[foldOf.length];
        int folds = Arrays.stream(foldOf).max().orElseThrow() + 1;
        for (int fold = 0; fold < folds; fold++) {
            int held = fold;
            int[] others = IntStream.range(0, foldOf.length)
                    .filter(row -> foldOf[row] != held)
                    .toArray();
            double[] all = logits(fitSome(view, features, others, strata), features);
            for (int row = 0; row < foldOf.length; row++) {
                logits[row] = foldOf[row] == fold ? all[row] : logits[row];
            }
        }
        return logits;
    }

    private FitResult fit(String view, FitData data) {
        SplittableRandom random = new SplittableRandom(plan.seed() ^ view.hashCode());
        double bound = 1 / Math.sqrt(data.dimension());
        float[] start = new float[data.dimension() + 1];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) random.nextDouble(-bound, bound);
        }
        try (NDManager manager = device.newManager()) {
            return new LinearFit(manager, data, start, plan)
                    .run(epoch -> randomOrder(data.trainingSize(), random), (epoch, parameters, loss) -> {});
        }
    }

    /** Returns the rows that are held out from {@link #fit}. */
    int[] heldOut() {
        return split.heldOut();
    }

    /** Returns how the held-out rows fare at a threshold. */
    HeldOutRates rates(double[] logits, double threshold) {
        int[] updates = new int[2];
        int[] alarms = new int[2];
        for (int row : split.heldOut()) {
            int label = harmful[row] ? 1 : 0;
            updates[label]++;
            if (ProbeScore.ofLogit(logits[row]).isMaliciousAt(threshold)) {
                alarms[label]++;
            }
        }
        return HeldOutRates.of(updates[0], alarms[0], updates[1], alarms[1]);
    }

    /** Returns the logit of every feature, accumulated in binary64 on the CPU. */
    static double[] logits(FitResult result, List<FeatureVector> features) {
        float[] parameters = result.parameters();
        return features.stream()
                .mapToDouble(feature -> {
                    double sum = 0;
                    for (int i = 0; i < feature.dimension(); i++) {
                        sum += (double) parameters[i] * feature.at(i);
                    }
                    return sum + parameters[parameters.length - 1];
                })
                .toArray();
    }

    private static int[] pick(int[] rows, int[] places) {
        return Arrays.stream(places).map(place -> rows[place]).toArray();
    }

    private static int[] randomOrder(int size, SplittableRandom random) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        StratifiedSplit.shuffle(order, random);
        return order;
    }
}
