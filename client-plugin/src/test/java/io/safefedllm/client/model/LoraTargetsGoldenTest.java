package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names, shapes and order of adapters against PEFT. */
@GoldenReader(
        files = "cases/[^/]+/[^/]+/order\\.json",
        // From which LoraTrainingGoldenTest makes the first adapter.
        notes = "/lora/seed")
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

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#sets")
    void runs_ofEverySet_areThoseOfTheirOwnFiles(String model, String set) {
        Path directory = Golden.caseOf(model).resolve(set);
        JsonNode lora = Golden.json(directory.resolve("order.json")).get("lora");

        assertThat(lora.get("name").textValue()).isEqualTo(set);
        for (JsonNode run : lora.get("runs")) {
            Path file = directory.resolve("train-" + run.get("name").textValue() + ".json");
            JsonNode own = Golden.json(file).get("run");

            assertThat(own).hasSameSizeAs(run);
            run.fieldNames()
                    .forEachRemaining(field -> assertThat(run.get(field)).isEqualTo(own.get(field)));
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.textValue()));
        return texts;
    }
}
