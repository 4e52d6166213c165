package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dropout on all seven projections against PEFT: the same masks, in PEFT's order, from the same seed, with garbage collected between
 * forward and backward too. The vectors are from golden/dropout/generate.py.
 */
class DropoutGoldenTest {
    private static final double LOSS_TOLERANCE = 1e-5;
    private static final double NORM_TOLERANCE = 1e-5;
    private static final Path GOLDEN = Golden.root().resolveSibling("dropout/all-linear.json");

    @ParameterizedTest
    @CsvSource({"llama-a, false", "llama-a, true", "qwen2-a, false", "qwen2-a, true"})
    void gradient_withDropoutOnAllProjections_hasPeftsMasks(String name, boolean collecting) throws IOException {
        JsonNode golden = Golden.json(GOLDEN);
        JsonNode passes = golden.at("/models/" + name);
        LoraConfig bare = Golden.lora(name, "all7");
        LoraConfig lora =
                new LoraConfig(bare.r(), bare.alpha(), golden.get("dropout").doubleValue(), bare.targetModules(), name);

        try (CausalLm model = Golden.load(name);
                Objective objective =
                        collecting ? new LoraObjective(model, lora, new ForcedCollection()) : model.objective(lora)) {
            AdapterLayout layout = LoraTargets.of(model.config(), lora).layout();
            float[] parameters = PeftDirectory.read(
                            Golden.caseOf(name).resolve("all7").resolve("adapter-warm"))
                    .adapter()
                    .arrangedAs(layout)
                    .toArray();
            assertThat(passes).hasSize(3);
            EngineRuntime.exclusively(() -> {
                EngineRuntime.seedDropout(golden.get("seed").longValue());
                for (int i = 0; i < passes.size(); i++) {
                    float[] gradient = new float[layout.size()];
                    double loss = objective.lossAndGradient(parameters, batch(name, i), gradient);

                    assertThat(loss).isCloseTo(passes.get(i).get("loss").doubleValue(), within(LOSS_TOLERANCE));
                    assertNorms(gradient, layout, passes.get(i).get("gradient_norms"));
                }
                return passes;
            });
        }
    }

    private static Batch batch(String name, int index) {
        return Golden.batch(Golden.caseOf(name).resolve("train_batches.safetensors"), index);
    }

    private static void assertNorms(float[] gradient, AdapterLayout layout, JsonNode norms) {
        assertThat(norms).hasSameSizeAs(layout.tensors());
        for (TensorSpec tensor : layout.tensors()) {
            int from = layout.offset(tensor.name());
            double norm = Golden.norm(gradient, from, tensor.size());

            assertThat(norm)
                    .as(tensor.name())
                    .isCloseTo(norms.get(tensor.name()).doubleValue(), within(NORM_TOLERANCE));
        }
    }
}
