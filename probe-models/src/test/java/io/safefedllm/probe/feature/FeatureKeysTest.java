package io.safefedllm.probe.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureKeysTest {
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
