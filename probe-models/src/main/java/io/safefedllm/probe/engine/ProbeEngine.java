package io.safefedllm.probe.engine;

import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.SecondOpinions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Scores updates by all views of a probe set.
 *
 * <p>Every device gives the same verdicts: logits are accumulated in binary64, so they agree to 1e-12 relative. Not
 * thread-safe: one thread at a time. Closing frees the parameters on the device.
 */
public final class ProbeEngine implements AutoCloseable {
    private final List<ProbeView> views;
    private final List<FeatureExtractor> extractors;
    private final SecondOpinions opinions;
    private final LogitKernel kernel;

    private ProbeEngine(ProbeSet probes, LogitKernel kernel) {
        this.views = probes.views();
        this.opinions = probes.opinions();
        this.extractors = views.stream().map(view -> view.probe().extractor()).toList();
        this.kernel = kernel;
    }

    /**
     * Puts the probes on a device.
     *
     * @throws DeviceUnavailableException if a CUDA device was asked for and cannot be used
     */
    public static ProbeEngine open(ProbeSet probes, ComputeDevice device) {
        return new ProbeEngine(probes, LogitKernels.open(probes, device));
    }

    /** Returns the device that is used: {@code cpu} or {@code cuda:N}, never {@code auto}. */
    public String device() {
        return kernel.device();
    }

    /**
     * Scores one update: one entry per view, in the order of the set. A record of step evidence is scored the same way, as
     * an update that holds the tensors of {@link ProbeSet#evidenceLayout} only.
     *
     * @throws IllegalArgumentException if the update does not fit the probes or holds a value that is not finite; the
     *     strategy's gate refuses such updates before they come here
     */
    public List<ViewScore> score(LoraUpdate update) {
        return score(List.of(update)).get(0);
    }

    /** Scores a batch, in order; the same as one by one, with fewer calls to the device. */
    public List<List<ViewScore>> score(List<LoraUpdate> updates) {
        List<List<ViewScore>> scores = new ArrayList<>();
        updates.forEach(update -> scores.add(new ArrayList<>()));
        for (int view = 0; view < views.size(); view++) {
            FeatureExtractor extractor = extractors.get(view);
            List<FeatureVector> features =
                    updates.stream().map(extractor::extract).toList();
            addScores(view, features, scores);
        }
        return scores.stream().map(List::copyOf).toList();
    }

    /**
     * Scores one update as the authors' code does, whatever tensors and values it holds
     * ({@link FeatureExtractor#extractPaperFaithful}).
     */
    public List<ViewScore> scorePaperFaithful(LoraUpdate update) {
        List<List<ViewScore>> scores = List.of(new ArrayList<>());
        for (int view = 0; view < views.size(); view++) {
            addScores(view, List.of(extractors.get(view).extractPaperFaithful(update)), scores);
        }
        return List.copyOf(scores.get(0));
    }

    /**
     * Returns what the second opinions say of one update (SF-14.5), computed on the CPU: the layer with the largest scaled
     * score (SF-7.3b; of equal ones the lowest layer), under the name {@code layer_b:<layer>}, and the seed-invariant score,
     * {@code gram_v}. Those that the set does not hold are left out. A harmful one asks for an audit and is never a weight.
     *
     * @throws IllegalArgumentException if the update lacks a tensor that an opinion reads, or is not finite
     */
    public List<ViewScore> secondOpinions(LoraUpdate update) {
        List<ViewScore> scores = new ArrayList<>();
        opinions.layers().stream()
                .map(layer -> layerScore(layer, update))
                .max(Comparator.comparingDouble(
                        (ViewScore layer) -> layer.score().scaledFor(layer.threshold())))
                .ifPresent(scores::add);
        opinions.seedInvariant()
                .map(probe -> {
                    FeatureVector feature = probe.extractor().extract(update);
                    return score(
                            SecondOpinions.SEED_INVARIANT, feature.norm(), probe.logit(feature), probe.threshold());
                })
                .ifPresent(scores::add);
        return List.copyOf(scores);
    }

    private static ViewScore layerScore(ProbeView layer, LoraUpdate update) {
        FeatureVector feature = layer.probe().extractor().extract(update);
        String name = SecondOpinions.LAYER + ":" + layer.probe().keys().firstLayer();
        return score(name, feature.norm(), layer.probe().logit(feature), layer.threshold());
    }

    private static ViewScore score(String view, double norm, double logit, double threshold) {
        ProbeScore score = ProbeScore.ofLogit(logit);
        return new ViewScore(view, norm, logit, score, threshold, score.isMaliciousAt(threshold));
    }

    @Override
    public void close() {
        kernel.close();
    }

    private void addScores(int view, List<FeatureVector> features, List<List<ViewScore>> scores) {
        if (features.isEmpty()) {
            return;
        }
        double[] logits = kernel.logits(view, features);
        ProbeView probeView = views.get(view);
        for (int i = 0; i < logits.length; i++) {
            double norm = features.get(i).norm();
            scores.get(i).add(score(probeView.name(), norm, logits[i], probeView.threshold()));
        }
    }
}
