package io.safefedllm.probe.engine;

import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import java.util.ArrayList;
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
    private final LogitKernel kernel;

    private ProbeEngine(ProbeSet probes, LogitKernel kernel) {
        this.views = probes.views();
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
     * Scores one update: one entry per view, in the order of the set.
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
            ProbeScore score = ProbeScore.ofLogit(logits[i]);
            boolean harmful = score.isMaliciousAt(probeView.threshold());
            double norm = features.get(i).norm();
            scores.get(i).add(new ViewScore(probeView.name(), norm, logits[i], score, probeView.threshold(), harmful));
        }
    }
}
