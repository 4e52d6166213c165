package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names, shapes and order of adapters against PEFT. */
class LoraTargetsGoldenTest {
    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#sets")
    void layout_ofEverySet_hasPeftsOrder(String model, String set) {
        JsonNode order = Golden.json(Golden.caseOf(model).resolve(set).resolve("order.json"));
        ModelConfig config = ModelConfig.read(Golden.model(model).resolve("config.json"));

        AdapterLayout layout = LoraTargets.of(config, Golden.lora(model, set)).layout();

        List<String> names = texts(order.get("parameter_order"));
        assertThat(layout.tensors()).extracting(TensorSpec::name).isEqualTo(names);
        for (int i = 0; i < names.size(); i++) {
            assertThat(layout.tensor(names.get(i)).shape().stream()
                            .mapToInt(x -> x)
                            .toArray())
                    .isEqualTo(Golden.ints(order.get("shapes").get(i)));
        }
        assertThat(names.stream().sorted().toList()).isEqualTo(texts(order.get("lexicographic_order")));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.textValue()));
        return texts;
    }
}
