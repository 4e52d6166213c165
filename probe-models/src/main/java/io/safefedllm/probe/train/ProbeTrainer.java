package io.safefedllm.probe.train;

import ai.djl.ndarray.NDManager;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeProvenance;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains one probe per view on updates whose harm is known (SF-3, SF-7.12).
 *
 * <p>The same updates in the same order, plan and device give the same probes. The thresholds of the result are the paper's
 * 0.8 until {@code probe.calibrate} chooses better ones.
 */
public final class ProbeTrainer {
    private final ProbeTrainingPlan plan;
    private final ComputeDevice device;

    /** Makes a trainer; the engine starts with the first training. */
    public ProbeTrainer(ProbeTrainingPlan plan, ComputeDevice device) {
        this.plan = plan;
        this.device = device;
    }

    /**
     * Trains a probe for every selector.
     *
     * @param updates all of the same tensors; iterated once to check them and once per view, so that memory holds the
     *     features of one view and no update longer than it takes to read
     * @param selectors views to train, each once; their keys become the names of the views
     * @throws ProbeTrainingException if a class is empty or has fewer than two sources, if an update is not finite or has
     *     other tensors than the first one, or if no source has two updates of a class
     * @throws IllegalArgumentException if a selector selects nothing
     * @throws io.safefedllm.probe.engine.DeviceUnavailableException if the device cannot be used
     */
    public ProbeSet train(Iterable<LabelledUpdate> updates, List<ViewSelector> selectors, ProbeProvenance provenance) {
        TrainingCensus census = TrainingCensus.of(updates);
        StratifiedSplit split = StratifiedSplit.of(census.strata(), plan.validationShare(), plan.seed());
        if (split.heldOut().length == 0) {
            throw new ProbeTrainingException(
                    "no source has two updates of a class, so none can be held out for validation; add updates");
        }
        DjlDevice resolved = DjlDevice.resolve(device);
        List<ProbeView> views = new ArrayList<>();
        List<ViewCard> cards = new ArrayList<>();
        for (ViewSelector selector : selectors) {
            FeatureKeys keys = FeatureKeys.of(selector, census.layout());
            FitData data = new FitData(features(updates, keys), census.harmful(), split.rest(), split.heldOut());
            FitResult result = fit(resolved, data, selector);
            ProbeView view = view(keys, result);
            views.add(view);
            cards.add(new ViewCard(view.name(), result.epochs(), result.validationLoss(), rates(view, data), null));
        }
        ProbeCard card = new ProbeCard(
                provenance.toolVersion(),
                plan.seed(),
                provenance.baseModel(),
                provenance.recipes(),
                census.sources(),
                cards);
        return ProbeSet.of(census.layout(), views, card);
    }

    private static List<FeatureVector> features(Iterable<LabelledUpdate> updates, FeatureKeys keys) {
        FeatureExtractor extractor = new FeatureExtractor(keys, Normalisation.L2);
        List<FeatureVector> features = new ArrayList<>();
        updates.forEach(update -> features.add(extractor.extract(update.update())));
        return features;
    }

    /** Start and orders come from the seed and the view alone (SF-3.3, SF-3.8), so adding a view changes no other. */
    private FitResult fit(DjlDevice resolved, FitData data, ViewSelector selector) {
        SplittableRandom random =
                new SplittableRandom(plan.seed() ^ selector.key().hashCode());
        double bound = 1 / Math.sqrt(data.dimension());
        float[] start = new float[data.dimension() + 1];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) random.nextDouble(-bound, bound);
        }
        try (NDManager manager = resolved.newManager()) {
            return new LinearFit(manager, data, start, plan)
                    .run(epoch -> randomOrder(data.trainingSize(), random), (epoch, parameters, loss) -> {});
        }
    }

    private static int[] randomOrder(int size, SplittableRandom random) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        StratifiedSplit.shuffle(order, random);
        return order;
    }

    private static ProbeView view(FeatureKeys keys, FitResult result) {
        float[] parameters = result.parameters();
        float[] weights = Arrays.copyOf(parameters, parameters.length - 1);
        LinearProbe probe = LinearProbe.copyOf(keys, Normalisation.L2, weights, parameters[weights.length]);
        return new ProbeView(keys.selector().key(), keys.selector(), probe, ProbeView.PAPER_THRESHOLD);
    }

    private static HeldOutRates rates(ProbeView view, FitData data) {
        int[] updates = new int[2];
        int[] alarms = new int[2];
        for (int i = 0; i < data.validationSize(); i++) {
            int row = data.validationRow(i);
            int label = data.harmful(row) ? 1 : 0;
            updates[label]++;
            if (view.probe().score(data.feature(row)).isMaliciousAt(view.threshold())) {
                alarms[label]++;
            }
        }
        return HeldOutRates.of(updates[0], alarms[0], updates[1], alarms[1]);
    }
}
