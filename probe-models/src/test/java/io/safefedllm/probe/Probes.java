package io.safefedllm.probe;

import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.GramKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.SecondOpinions;
import io.safefedllm.probe.model.SeedInvariantProbe;
import io.safefedllm.probe.model.SourceCount;
import io.safefedllm.probe.model.SourceQuantile;
import io.safefedllm.probe.model.UpdateRecipe;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Small probes and updates with values from fixed seeds. */
public final class Probes {
    /** Two layers, q_proj only, rank 2, in 3, out 4. */
    public static final AdapterLayout LAYOUT = layout(2, 2);

    private Probes() {}

    public static AdapterLayout layout(int layers, int rank) {
        List<TensorSpec> tensors = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            tensors.add(new TensorSpec("layers." + layer + ".q_proj.lora_A.weight", List.of(rank, 3)));
            tensors.add(new TensorSpec("layers." + layer + ".q_proj.lora_B.weight", List.of(4, rank)));
        }
        return AdapterLayout.of(tensors);
    }

    /** Two layers, q_proj and v_proj, rank 2, in 3, out 4 and 3. */
    public static AdapterLayout layoutWithValues() {
        List<TensorSpec> tensors = new ArrayList<>(LAYOUT.tensors());
        for (int layer = 0; layer < 2; layer++) {
            tensors.add(new TensorSpec("layers." + layer + ".v_proj.lora_A.weight", List.of(2, 3)));
            tensors.add(new TensorSpec("layers." + layer + ".v_proj.lora_B.weight", List.of(3, 2)));
        }
        return AdapterLayout.of(tensors);
    }

    /** One view and both second opinions, over {@link #layoutWithValues}. */
    public static ProbeSet withOpinions() {
        AdapterLayout layout = layoutWithValues();
        List<ProbeView> layers = new ArrayList<>();
        for (int layer : FeatureKeys.layers(layout)) {
            FeatureKeys keys = FeatureKeys.ofLayer(layer, layout);
            LinearProbe probe = LinearProbe.copyOf(
                    keys, Normalisation.L2, values(keys.dimension(), 30L + layer), 0.1f * (layer + 1));
            layers.add(new ProbeView("layer_b:" + layer, ViewSelector.FIRST_B, probe, 0.7));
        }
        GramKeys gram = GramKeys.of(layout).orElseThrow();
        SeedInvariantProbe invariant = SeedInvariantProbe.copyOf(gram, values(gram.dimension(), 40), -0.25f, 0.6);
        FeatureKeys keys = FeatureKeys.of(ViewSelector.ALL_B, layout);
        LinearProbe probe = LinearProbe.copyOf(keys, Normalisation.L2, values(keys.dimension(), 41), 0.5f);
        List<ProbeView> views = List.of(new ProbeView("all_b", ViewSelector.ALL_B, probe, 0.75));
        List<ViewCard> cards = List.of(
                new ViewCard("all_b", 1, 0.5, HeldOutRates.of(1, 0, 1, 1), null),
                new ViewCard("layer_b", 2, 0.25, HeldOutRates.of(1, 0, 1, 1), null),
                new ViewCard("gram_v", 3, 0.125, HeldOutRates.of(1, 0, 1, 1), null));
        ProbeCard card = new ProbeCard("0.1.0", 7, "tiny", List.of(), List.of(), cards);
        return ProbeSet.of(layout, views, card).with(new SecondOpinions(layers, Optional.of(invariant)));
    }

    public static ProbeSet twoViews() {
        ProbeView first = view(ViewSelector.FIRST_B, 11, 0.8);
        ProbeView rest = view(ViewSelector.REST_B, 12, 0.65f);
        List<ViewCard> cards = List.of(
                new ViewCard("first_b", 40, 0.01, HeldOutRates.of(20, 1, 20, 19), null),
                new ViewCard(
                        "rest_b",
                        41,
                        0.02,
                        HeldOutRates.of(200, 2, 0, 0),
                        new Calibration(
                                "max-source",
                                0.01,
                                List.of(new SourceQuantile("a", 100, 0.5), new SourceQuantile("b", 100, 0.64)),
                                1.25,
                                0.6)));
        ProbeCard card = new ProbeCard(
                "0.1.0",
                2023,
                "tiny",
                List.of(new UpdateRecipe(UpdateRecipe.INITIAL, UpdateRecipe.FINAL, 5e-5, 10, 16, "")),
                List.of(new SourceCount("a", false, 110), new SourceCount("h", true, 110)),
                cards);
        return ProbeSet.of(LAYOUT, List.of(first, rest), card);
    }

    public static LoraUpdate update(AdapterLayout layout, long seed) {
        return LoraUpdate.wrap(layout, values(layout.size(), seed));
    }

    private static ProbeView view(ViewSelector selector, long seed, double threshold) {
        FeatureKeys keys = FeatureKeys.of(selector, LAYOUT);
        LinearProbe probe = LinearProbe.copyOf(keys, Normalisation.L2, values(keys.dimension(), seed), 0.25f);
        return new ProbeView(selector.key(), selector, probe, threshold);
    }

    private static float[] values(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
