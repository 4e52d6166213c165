package io.safefedllm.probe.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.Golden;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureKeysTest {
    private static final Map<String, ViewSelector> POLICIES =
            Map.of("first_B", ViewSelector.FIRST_B, "all_layers", ViewSelector.ALL_LAYERS);

    @ParameterizedTest
    @ValueSource(strings = {"feature-keys-union", "feature-keys-intersection"})
    void over_goldenDictionaries_agrees(String id) {
        Golden golden = Golden.defence(id);
        List<AdapterLayout> layouts = new ArrayList<>();
        golden.input("dicts").forEach(tensors -> layouts.add(Golden.layout(tensors)));
        boolean intersection = golden.input("intersection").asBoolean();

        POLICIES.forEach((policy, selector) -> {
            JsonNode expected = golden.expected(policy);
            FeatureKeys keys = FeatureKeys.over(selector, layouts, intersection);
            assertThat(keys.names()).isEqualTo(Golden.strings(expected.get("ordered_keys")));
            assertThat(keys.sizes().stream().mapToInt(size -> size).toArray())
                    .isEqualTo(Golden.ints(expected.get("key_sizes")));
            assertThat(keys.firstLayer()).isEqualTo(expected.get("layer_idx").asInt());
            assertThat(keys.dimension()).isEqualTo(expected.get("dim").asInt());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "FIRST_B, layers.1.q.lora_B.weight",
        "REST_B, layers.10.q.lora_B.weight layers.2.q.lora_B.weight",
        "ALL_B, layers.1.q.lora_B.weight layers.10.q.lora_B.weight layers.2.q.lora_B.weight",
        "ALL_A, layers.1.q.lora_A.weight layers.10.q.lora_A.weight",
        "ALL_LAYERS, layers.1.q.lora_A.weight layers.1.q.lora_B.weight layers.10.q.lora_A.weight "
                + "layers.10.q.lora_B.weight layers.2.q.lora_B.weight",
    })
    void of_layers1And2And10_selectsInCodePointOrder(ViewSelector selector, String names) {
        AdapterLayout layout = layout(
                "layers.2.q.lora_B.weight",
                "layers.10.q.lora_B.weight",
                "layers.10.q.lora_A.weight",
                "layers.1.q.lora_B.weight",
                "layers.1.q.lora_A.weight");

        assertThat(String.join(" ", FeatureKeys.of(selector, layout).names())).isEqualTo(names);
    }

    @Test
    void of_noLayerIndex_isRefused() {
        assertThatThrownBy(() -> FeatureKeys.of(ViewSelector.ALL_B, layout("q.lora_B.weight")))
                .hasMessage("no tensor name has a layer index such as 'layers.0.'; the views need one");
    }

    @Test
    void of_viewWithoutTensor_isRefused() {
        assertThatThrownBy(() -> FeatureKeys.of(ViewSelector.REST_B, layout("layers.0.q.lora_B.weight")))
                .hasMessage("view rest_b selects no tensor of the adapter");
    }

    @Test
    void named_everyKey_givesItsSelector() {
        for (ViewSelector selector : ViewSelector.values()) {
            assertThat(ViewSelector.named(selector.key())).isSameAs(selector);
        }
    }

    @Test
    void named_unknownKey_listsTheKnownOnes() {
        assertThatThrownBy(() -> ViewSelector.named("first_layer_B_only"))
                .hasMessage("unknown view selector 'first_layer_B_only'; "
                        + "choose one of first_b, rest_b, all_b, all_a, all_layers");
        assertThatThrownBy(() -> Normalisation.named("l1"))
                .hasMessage("unknown normalisation 'l1'; choose one of l2, none");
    }

    private static AdapterLayout layout(String... names) {
        return AdapterLayout.of(Arrays.stream(names)
                .map(name -> new TensorSpec(name, List.of(2, 2)))
                .toList());
    }
}
