package io.safefedllm.probe.train;

import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DjlDevice;
import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.feature.GramExtractor;
import io.safefedllm.probe.feature.GramKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.SecondOpinions;
import io.safefedllm.probe.model.SeedInvariantProbe;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Trains the second opinions of a probe set (SF-14.5) on the updates that its views were trained on: one probe per layer, and
 * the seed-invariant one where the adapters have a value projection. Those of the layers scale features as the views do; the
 * seed-invariant one always reads length 1.
 *
 * <p>The same updates in the same order, plan and device give the same probes; their thresholds are 0.8 until they are
 * calibrated. Second opinions decide no weight, so sources are not checked against each other.
 */
public final class OpinionTrainer {
    private final ProbeTrainingPlan plan;
    private final ComputeDevice device;

    /** Makes a trainer; the engine starts with the first training. */
    public OpinionTrainer(ProbeTrainingPlan plan, ComputeDevice device) {
        this.plan = plan;
        this.device = device;
    }

    /**
     * Returns {@code probes} with second opinions and their entries on the card.
     *
     * @param updates all of the layout of {@code probes}; iterated once per layer and a few times more
     * @throws ProbeTrainingException as {@link ProbeTrainer#train} in hardened mode, but for the check of the sources
     */
    public ProbeSet train(Iterable<LabelledUpdate> updates, ProbeSet probes) {
        TrainingCensus census = TrainingCensus.of(updates, TrainingMode.HARDENED);
        ViewFit fits = new ViewFit(plan, DjlDevice.resolve(device), census);
        List<ProbeView> layers = new ArrayList<>();
        List<double[]> logits = new ArrayList<>();
        List<ViewCard> cards = new ArrayList<>(probes.card().views());
        Normalisation normalisation = probes.views().get(0).probe().normalisation();
        FitResult last = null;
        for (int layer : FeatureKeys.layers(probes.layout())) {
            FeatureKeys keys = FeatureKeys.ofLayer(layer, probes.layout());
            String name = SecondOpinions.LAYER + ":" + layer;
            List<FeatureVector> features = features(updates, new FeatureExtractor(keys, normalisation));
            last = fits.fit(name, features);
            layers.add(ProbeTrainer.view(name, keys, normalisation, last));
            logits.add(ViewFit.logits(last, features));
        }
        if (last != null) {
            cards.add(new ViewCard(
                    SecondOpinions.LAYER,
                    last.epochs(),
                    last.validationLoss(),
                    fits.rates(largest(logits), ProbeView.PAPER_THRESHOLD),
                    null));
        }
        Optional<SeedInvariantProbe> seedInvariant =
                GramKeys.of(probes.layout()).map(keys -> gram(updates, keys, fits, cards));
        return probes.with(probes.views(), probes.card().withViews(cards))
                .with(new SecondOpinions(layers, seedInvariant));
    }

    private static List<FeatureVector> features(Iterable<LabelledUpdate> updates, FeatureExtractor extractor) {
        List<FeatureVector> features = new ArrayList<>();
        updates.forEach(update -> features.add(extractor.extract(update.update())));
        return features;
    }

    private static double[] largest(List<double[]> logits) {
        double[] largest = logits.get(0).clone();
        for (double[] layer : logits) {
            for (int i = 0; i < largest.length; i++) {
                largest[i] = Math.max(largest[i], layer[i]);
            }
        }
        return largest;
    }

    private static SeedInvariantProbe gram(
            Iterable<LabelledUpdate> updates, GramKeys keys, ViewFit fits, List<ViewCard> cards) {
        GramExtractor extractor = new GramExtractor(keys);
        List<FeatureVector> features = new ArrayList<>();
        updates.forEach(update -> features.add(extractor.extract(update.update())));
        FitResult result = fits.fit(SecondOpinions.SEED_INVARIANT, features);
        cards.add(ProbeTrainer.card(SecondOpinions.SEED_INVARIANT, fits, result, features));
        float[] parameters = result.parameters();
        float[] weights = Arrays.copyOf(parameters, parameters.length - 1);
        return SeedInvariantProbe.copyOf(keys, weights, parameters[weights.length], ProbeView.PAPER_THRESHOLD);
    }
}
