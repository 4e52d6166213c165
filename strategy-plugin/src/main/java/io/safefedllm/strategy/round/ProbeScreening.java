package io.safefedllm.strategy.round;

import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.ProbeEngine;
import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeMismatchException;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.ViewCard;
import io.safefedllm.strategy.evidence.SecondOpinions;
import io.safefedllm.strategy.gate.ViewNorm;
import io.safefedllm.strategy.settings.ProbeSettings;
import io.safefedllm.strategy.settings.SettingKeys;
import io.safefedllm.strategy.settings.SettingsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** A probe on its device, with the views and thresholds of a run. Close it to free the device. */
final class ProbeScreening implements AutoCloseable {
    private static final List<String> DEFAULT_VIEWS = List.of(ViewSelector.FIRST_B.key(), ViewSelector.REST_B.key());

    /** The norm of a view's feature. */
    private record FeatureNorm(FeatureExtractor extractor) implements ViewNorm {
        @Override
        public double of(LoraUpdate update) {
            return extractor.norm(update);
        }

        @Override
        public boolean isBelow(LoraUpdate update, double bound) {
            return extractor.isShorterThan(update, bound);
        }
    }

    private final ProbeSet probes;
    private final ProbeEngine engine;

    private ProbeScreening(ProbeSet probes, ProbeEngine engine) {
        this.probes = probes;
        this.engine = engine;
    }

    /**
     * Opens a probe.
     *
     * @throws SettingsException if it lacks a view, or was made for adapters of another layout
     */
    static ProbeScreening open(ProbeSet file, ProbeSettings settings, AdapterLayout layout, ComputeDevice device) {
        ProbeSet probes = withThreshold(select(file, settings), settings);
        requireNormalisation(probes, settings);
        try {
            probes.requireFits(layout);
        } catch (ProbeMismatchException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
        return new ProbeScreening(probes, ProbeEngine.open(probes, device));
    }

    private static ProbeSet select(ProbeSet file, ProbeSettings settings) {
        List<String> there = file.views().stream().map(ProbeView::name).toList();
        List<String> wanted = settings.views().isEmpty()
                ? DEFAULT_VIEWS.stream().filter(there::contains).toList()
                : settings.views();
        if (wanted.isEmpty() || !there.containsAll(wanted)) {
            throw new SettingsException("the probe has views " + String.join(", ", there) + " but the run scores "
                    + String.join(", ", wanted.isEmpty() ? DEFAULT_VIEWS : wanted)
                    + "; train a probe with these, or set another " + SettingKeys.PROBE_VIEWS
                    + ", or another safe-fedllm.level where that is 'adapter', which needs all_b");
        }
        return file.select(wanted);
    }

    private static ProbeSet withThreshold(ProbeSet probes, ProbeSettings settings) {
        if (settings.threshold().isEmpty() && settings.calibrated()) {
            return probes;
        }
        double threshold = settings.threshold().orElse(ProbeView.PAPER_THRESHOLD);
        return probes.with(
                probes.views().stream()
                        .map(view -> view.withThreshold(threshold))
                        .toList(),
                probes.card());
    }

    private static void requireNormalisation(ProbeSet probes, ProbeSettings settings) {
        for (ProbeView view : probes.views()) {
            if (view.probe().normalisation() != settings.normalisation()) {
                throw new SettingsException("view '" + view.name() + "' of the probe scales features by '"
                        + view.probe().normalisation().key() + "' but " + SettingKeys.PROBE_NORMALIZE + " was '"
                        + settings.normalisation().key() + "'; make them equal");
            }
        }
    }

    /**
     * Returns what the gate and the evidence stage need of the probe.
     *
     * @param trusting whether updates with a NaN or an infinity get through to it, and are scored as the authors' code does
     */
    Screening screening(boolean trusting) {
        List<ViewNorm> norms = probes.views().stream()
                .filter(view -> view.selector().holdsLoraB())
                .<ViewNorm>map(view -> new FeatureNorm(view.probe().extractor()))
                .toList();
        return new Screening(
                trusting ? engine::scorePaperFaithful : engine::score,
                norms,
                trusting ? SecondOpinions.NONE : engine::secondOpinions,
                Optional.of(new Screening.Reported(probes.evidenceLayout(), probes.sha256())));
    }

    /** Returns how the logit of a view spread over held-out benign updates, if it was calibrated (SF-14.1). */
    Optional<Calibration> calibration(String view) {
        return probes.card().views().stream()
                .filter(entry -> entry.view().equals(view))
                .map(ViewCard::calibration)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Returns where the probe comes from. */
    ProbeCard card() {
        return probes.card();
    }

    /** Returns the digest of all that decides a verdict. */
    String sha256() {
        return probes.sha256();
    }

    /** Returns views, thresholds and device for the log. */
    String summary() {
        String views = probes.views().stream()
                .map(view -> view.name() + ">=" + view.threshold())
                .collect(Collectors.joining(" "));
        return views + " on " + engine.device() + ", " + probes.sha256();
    }

    /** Returns what the first line of the journal says of the probe. */
    Map<String, Object> journalEntry() {
        Map<String, Object> thresholds = new LinkedHashMap<>();
        probes.views().forEach(view -> thresholds.put(view.name(), view.threshold()));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("sha256", probes.sha256());
        entry.put("thresholds", thresholds);
        entry.put("device", engine.device());
        return entry;
    }

    @Override
    public void close() {
        engine.close();
    }
}
