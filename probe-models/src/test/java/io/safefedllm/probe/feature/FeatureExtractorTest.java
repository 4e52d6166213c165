package io.safefedllm.probe.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.Golden;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureExtractorTest {
    private static final Map<String, ViewSelector> POLICIES =
            Map.of("first_B", ViewSelector.FIRST_B, "all_layers", ViewSelector.ALL_LAYERS);
    private static final TensorSpec A = new TensorSpec("layers.0.q_proj.lora_A.weight", List.of(1, 2));
    private static final TensorSpec B = new TensorSpec("layers.0.q_proj.lora_B.weight", List.of(2, 1));
    private static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(A, B));

    private final FeatureExtractor extractor =
            new FeatureExtractor(FeatureKeys.of(ViewSelector.FIRST_B, LAYOUT), Normalisation.L2);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "feature-12-layers",
                "feature-all-layers-policy",
                "feature-first-layer-1-of-13",
                "feature-first-layer-2",
                "feature-four-targets"
            })
    void extract_goldenAdapters_agrees(String id) {
        Golden golden = Golden.defence(id);
        FeatureKeys keys = keys(golden);
        LoraUpdate update = LoraUpdate.between(adapter(golden.input("base")), adapter(golden.input("current")));

        FeatureVector feature = new FeatureExtractor(keys, Normalisation.L2).extract(update);

        assertKeys(golden.expectedRoot(), keys);
        golden.assertAgrees("feature", Golden.widened(feature.toArray()), Golden.doubles(golden.expected("feature")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"extra", "inf", "longer", "missing", "nan", "overflow", "shorter", "tiny", "zero"})
    void extractPaperFaithful_goldenFault_agrees(String fault) {
        Golden golden = Golden.defence("feature-fault-" + fault);
        FeatureKeys keys = keys(golden);

        FeatureVector feature =
                new FeatureExtractor(keys, Normalisation.L2).extractPaperFaithful(Golden.update(golden.input("delta")));

        assertKeys(golden.expectedRoot(), keys);
        golden.assertAgrees("feature", Golden.widened(feature.toArray()), Golden.doubles(golden.expected("feature")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inf", "longer", "missing", "nan", "shorter"})
    void extract_goldenFault_isRefused(String fault) {
        Golden golden = Golden.defence("feature-fault-" + fault);
        FeatureExtractor hardened = new FeatureExtractor(keys(golden), Normalisation.L2);

        assertThatThrownBy(() -> hardened.extract(Golden.update(golden.input("delta"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void extract_sumOfSquaresBeyondBinary32_isNotHiddenAsZero() {
        FeatureVector feature = extractor.extract(update(0, 0, 3e20f, 4e20f));

        assertThat(feature.toArray()).containsExactly(0.6f, 0.8f);
    }

    @Test
    void extract_normBesideTheLimit_isDividedOnlyAbove() {
        assertThat(extractor.extract(update(1, 1, 9e-13f, 0)).toArray()).containsExactly(9e-13f, 0);
        assertThat(extractor.extract(update(1, 1, 1.1e-12f, 0)).toArray()).containsExactly(1, 0);
    }

    @Test
    void extract_noNormalisation_keepsTheValues() {
        FeatureExtractor plain = new FeatureExtractor(extractor.keys(), Normalisation.NONE);

        FeatureVector feature = plain.extract(update(0, 0, 3, 4));

        assertThat(feature.toArray()).containsExactly(3, 4);
        assertThat(feature.norm()).isEqualTo(5);
    }

    @Test
    void extract_valueNotFiniteOutsideTheView_isOfNoConcern() {
        assertThat(extractor.extract(update(Float.NaN, 0, 3, 4)).norm()).isEqualTo(5);
    }

    @Test
    void extractPaperFaithful_withoutNormalisation_repairsEachElement() {
        FeatureExtractor plain = new FeatureExtractor(extractor.keys(), Normalisation.NONE);

        FeatureVector feature = plain.extractPaperFaithful(update(0, 0, Float.NaN, Float.NEGATIVE_INFINITY));

        assertThat(feature.toArray()).containsExactly(0, -1e6f);
    }

    private static LoraUpdate update(float... values) {
        return LoraUpdate.copyOf(LAYOUT, values);
    }

    private static FeatureKeys keys(Golden golden) {
        ViewSelector selector =
                Objects.requireNonNull(POLICIES.get(golden.input("policy").asText()));
        return FeatureKeys.of(selector, Golden.layout(golden.input("spec")));
    }

    private static LoraAdapter adapter(JsonNode tensors) {
        return LoraAdapter.wrap(Golden.layout(tensors), Golden.values(tensors));
    }

    private static void assertKeys(JsonNode expected, FeatureKeys keys) {
        assertThat(keys.names()).isEqualTo(Golden.strings(expected.get("ordered_keys")));
        assertThat(keys.sizes().stream().mapToInt(size -> size).toArray())
                .isEqualTo(Golden.ints(expected.get("key_sizes")));
        assertThat(keys.firstLayer()).isEqualTo(expected.get("layer_idx").asInt());
        assertThat(keys.dimension()).isEqualTo(expected.get("dim").asInt());
    }
}
