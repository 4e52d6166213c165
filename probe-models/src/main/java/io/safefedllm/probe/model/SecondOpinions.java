package io.safefedllm.probe.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Probes that never decide a weight but ask for an audit (SF-14.5, SF-7.10).
 *
 * @param layers one probe per layer, over its LoRA B, ascending by layer; the largest score counts; may be empty
 * @param seedInvariant the probe for adapters with another LoRA-A; nothing if it was not trained
 */
public record SecondOpinions(List<ProbeView> layers, Optional<SeedInvariantProbe> seedInvariant) {
    /** No second opinion. */
    public static final SecondOpinions NONE = new SecondOpinions(List.of(), Optional.empty());

    /** Name of the largest per-layer score in journals. */
    public static final String LAYER = "layer_b";

    /** Name of the seed-invariant score in journals. */
    public static final String SEED_INVARIANT = "gram_v";

    /** Copies the list. */
    public SecondOpinions {
        layers = List.copyOf(layers);
    }

    /** Returns which there are, in the order in which they are scored: {@link #LAYER}, {@link #SEED_INVARIANT}. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        if (!layers.isEmpty()) {
            names.add(LAYER);
        }
        if (seedInvariant.isPresent()) {
            names.add(SEED_INVARIANT);
        }
        return names;
    }

    /**
     * Returns the same probes at other thresholds.
     *
     * @param thresholds by {@link #names}, that of {@link #LAYER} for all layers; what is not named stays
     */
    public SecondOpinions withThresholds(Map<String, Double> thresholds) {
        List<ProbeView> moved = layers.stream()
                .map(layer -> layer.withThreshold(thresholds.getOrDefault(LAYER, layer.threshold())))
                .toList();
        return new SecondOpinions(
                moved,
                seedInvariant.map(
                        probe -> probe.withThreshold(thresholds.getOrDefault(SEED_INVARIANT, probe.threshold()))));
    }

    /** Returns whether there is none. */
    public boolean isEmpty() {
        return layers.isEmpty() && seedInvariant.isEmpty();
    }
}
