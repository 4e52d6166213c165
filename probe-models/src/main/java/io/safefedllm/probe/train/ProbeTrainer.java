package io.safefedllm.probe.train;

import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeProvenance;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains one probe per view on updates whose harm is known (SF-3, SF-7.12).
 *
 * <p>The same updates in the same order, plan and device give the same probes. The thresholds of the result are the paper's
 * 0.8 until {@code probe.calibrate} chooses better ones.
 */
public final class ProbeTrainer {
    private final ProbeTrainingPlan plan;
    private final ComputeDevice device;
    private final TrainingMode mode;
    private final Normalisation normalisation;

    /** Makes a trainer in hardened mode; the engine starts with the first training. */
    public ProbeTrainer(ProbeTrainingPlan plan, ComputeDevice device) {
        this(plan, device, TrainingMode.HARDENED);
    }

    /** Makes a trainer of probes that read features of length 1; the engine starts with the first training. */
    public ProbeTrainer(ProbeTrainingPlan plan, ComputeDevice device, TrainingMode mode) {
        this(plan, device, mode, Normalisation.L2);
    }

    /**
     * Makes a trainer; the engine starts with the first training.
     *
     * @param normalisation what its probes do to the length of a feature (SF-1.7)
     */
    public ProbeTrainer(ProbeTrainingPlan plan, ComputeDevice device, TrainingMode mode, Normalisation normalisation) {
        this.plan = plan;
        this.device = device;
        this.mode = mode;
        this.normalisation = normalisation;
    }

    /**
     * Trains a probe for every selector.
     *
     * @param updates iterated once to check them and once per view, so that memory holds the features of one view and no
     *     update longer than it takes to read
     * @param selectors views to train, each once; their keys become the names of the views
     * @throws ProbeTrainingException in hardened mode, if a class is empty or has fewer than two sources, if a source has one
     *     update, if an update is not finite or has other tensors than the first one, or if a view tells the sources apart instead of the harm; in
     *     both modes, if no update can be held out for validation
     * @throws IllegalArgumentException if a selector selects nothing
     * @throws io.safefedllm.probe.engine.DeviceUnavailableException if the device cannot be used
     */
    public ProbeSet train(Iterable<LabelledUpdate> updates, List<ViewSelector> selectors, ProbeProvenance provenance) {
        TrainingCensus census = TrainingCensus.of(updates, mode);
        ViewFit fits = new ViewFit(plan, DjlDevice.resolve(device), census);
        List<ProbeView> views = new ArrayList<>();
        List<ViewCard> cards = new ArrayList<>();
        for (ViewSelector selector : selectors) {
            FeatureKeys keys = FeatureKeys.over(selector, census.layouts(), plan.intersectionKeys());
            List<FeatureVector> features = features(updates, keys);
            FitResult result = fits.fit(selector.key(), features);
            if (mode == TrainingMode.HARDENED) {
                new SourceCheck(fits, census).require(selector.key(), features, result);
            }
            ProbeView view = view(selector.key(), keys, normalisation, result);
            views.add(view);
            cards.add(card(view.name(), fits, result, features));
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

    /**
     * Returns, for every selector, what probes say of updates that they have not seen: the updates are divided into folds that each hold its
     * share of every class and source, and each fold's logits come from a probe fitted to the other folds as {@link #train} fits. For
     * sets that are too small to set a part aside for calibration.
     *
     * @param folds number of folds, at least 2 and at most the number of updates of the smallest source
     * @return one logit per update in their order, by the key of the selector
     * @throws ProbeTrainingException as {@link #train}, but sources are not checked against each other; or if a source has too few updates
     */
    public Map<String, double[]> heldOutLogits(
            Iterable<LabelledUpdate> updates, List<ViewSelector> selectors, int folds) {
        TrainingCensus census = TrainingCensus.of(updates, mode);
        int[] foldOf = StratifiedSplit.folds(census.strata(), folds);
        ViewFit fits = new ViewFit(plan, DjlDevice.resolve(device), census);
        Map<String, double[]> logits = new LinkedHashMap<>();
        for (ViewSelector selector : selectors) {
            FeatureKeys keys = FeatureKeys.over(selector, census.layouts(), plan.intersectionKeys());
            List<FeatureVector> features = features(updates, keys);
            logits.put(selector.key(), fits.heldOutLogits(selector.key(), features, foldOf, census.strata()));
        }
        return logits;
    }

    private List<FeatureVector> features(Iterable<LabelledUpdate> updates, FeatureKeys keys) {
        FeatureExtractor extractor = new FeatureExtractor(keys, normalisation);
        List<FeatureVector> features = new ArrayList<>();
        for (LabelledUpdate update : updates) {
            features.add(
                    mode == TrainingMode.HARDENED
                            ? extractor.extract(update.update())
                            : extractor.extractPaperFaithful(update.update()));
        }
        return features;
    }

    /** Returns the view of a fit, at the paper's threshold. */
    static ProbeView view(String name, FeatureKeys keys, Normalisation normalisation, FitResult result) {
        float[] parameters = result.parameters();
        float[] weights = Arrays.copyOf(parameters, parameters.length - 1);
        LinearProbe probe = LinearProbe.copyOf(keys, normalisation, weights, parameters[weights.length]);
        return new ProbeView(name, keys.selector(), probe, ProbeView.PAPER_THRESHOLD);
    }

    /** Returns what there is to say of a fit before calibration. */
    static ViewCard card(String view, ViewFit fits, FitResult result, List<FeatureVector> features) {
        double[] logits = ViewFit.logits(result, features);
        return new ViewCard(
                view, result.epochs(), result.validationLoss(), fits.rates(logits, ProbeView.PAPER_THRESHOLD), null);
    }
}
