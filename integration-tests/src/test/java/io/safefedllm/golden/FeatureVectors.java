package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.PaperFaithfulDelta;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Features, their keys, and differences of adapters that do not fit each other (SF-1). */
final class FeatureVectors {
    static final Map<String, VectorCheck> CHECKS = Map.of(
            "feature", FeatureVectors::feature,
            "feature-keys", FeatureVectors::keys,
            "delta-quirks", FeatureVectors::quirks);

    private static final Map<String, ViewSelector> POLICIES =
            Map.of("first_B", ViewSelector.FIRST_B, "all_layers", ViewSelector.ALL_LAYERS);

    /** Faults that the hardened feature refuses; the others are no fault of the view, or of rounding in binary32. */
    private static final Set<String> REFUSED = Set.of("inf", "longer", "missing", "nan", "shorter");

    private FeatureVectors() {}

    private static void feature(GoldenCase vector) {
        ViewSelector selector =
                Objects.requireNonNull(POLICIES.get(vector.input("policy").asText()));
        FeatureKeys keys = FeatureKeys.of(selector, GoldenCase.layout(vector.input("spec")));
        String fault = vector.input("fault").asText();
        LoraUpdate update = fault.equals("none")
                ? LoraUpdate.between(
                        GoldenCase.adapter(vector.input("base")), GoldenCase.adapter(vector.input("current")))
                : GoldenCase.update(vector.input("delta"));
        FeatureExtractor extractor = new FeatureExtractor(keys, Normalisation.L2);

        assertThat(keys.names()).isEqualTo(GoldenCase.strings(vector.expected("ordered_keys")));
        assertThat(sizes(keys)).isEqualTo(GoldenCase.integers(vector.expected("key_sizes")));
        assertThat(keys.firstLayer()).isEqualTo(vector.expected("layer_idx").asInt());
        assertThat(keys.dimension()).isEqualTo(vector.expected("dim").asInt());
        vector.assertAgrees("feature", extractor.extractPaperFaithful(update).toArray(), vector.expected("feature"));
        if (fault.equals("none")) {
            vector.assertAgrees("hardened", extractor.extract(update).toArray(), vector.expected("feature"));
        } else if (REFUSED.contains(fault)) {
            assertThatThrownBy(() -> extractor.extract(update)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void keys(GoldenCase vector) {
        List<AdapterLayout> layouts = new ArrayList<>();
        vector.input("dicts").forEach(tensors -> layouts.add(GoldenCase.layout(tensors)));
        boolean intersection = vector.input("intersection").asBoolean();
        POLICIES.forEach((policy, selector) -> {
            JsonNode expected = vector.expected(policy);
            FeatureKeys keys = FeatureKeys.over(selector, layouts, intersection);

            assertThat(keys.names()).isEqualTo(GoldenCase.strings(expected.get("ordered_keys")));
            assertThat(sizes(keys)).isEqualTo(GoldenCase.integers(expected.get("key_sizes")));
            assertThat(keys.firstLayer()).isEqualTo(expected.get("layer_idx").asInt());
            assertThat(keys.dimension()).isEqualTo(expected.get("dim").asInt());
        });
    }

    private static void quirks(GoldenCase vector) {
        JsonNode variants = vector.input("variants");
        for (int i = 0; i < variants.size(); i++) {
            JsonNode variant = variants.get(i);
            JsonNode expected = vector.expected("deltas").get(i);

            Optional<LoraUpdate> delta = PaperFaithfulDelta.between(
                    ViewSelector.FIRST_B,
                    GoldenCase.adapter(variant.get("base")),
                    GoldenCase.adapter(variant.get("current")));

            assertThat(delta.isPresent()).isEqualTo(!expected.isEmpty());
            delta.ifPresent(update -> assertTensors(vector, update, expected));
        }
    }

    private static void assertTensors(GoldenCase vector, LoraUpdate update, JsonNode expected) {
        assertThat(update.layout()).isEqualTo(GoldenCase.layout(expected));
        for (JsonNode tensor : expected) {
            TensorSpec spec = update.layout().tensor(tensor.get("name").asText());
            float[] values = new float[spec.size()];
            update.copyTo(update.layout().offset(spec.name()), values, 0, values.length);
            vector.assertAgrees(spec.name(), values, tensor.get("data"));
        }
    }

    private static int[] sizes(FeatureKeys keys) {
        return keys.sizes().stream().mapToInt(size -> size).toArray();
    }
}
