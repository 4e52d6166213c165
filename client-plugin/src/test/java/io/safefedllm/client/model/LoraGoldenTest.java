package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters on a model against PEFT: gradients, logits, and what is left of them after merging. */
@GoldenReader(
        files = {"cases/[^/]+/[^/]+/grads\\.safetensors", "cases/[^/]+/[^/]+/merged\\.safetensors"},
        whole = "cases/[^/]+/[^/]+/adapter-warm/.*")
class LoraGoldenTest {
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final double LOSS_TOLERANCE = 1e-5;
    private static final double GRADIENT_TOLERANCE = 5e-6;

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#sets")
    void gradient_ofEveryLoraTensor_equalsPeft(String name, String set) {
        Path golden = Golden.caseOf(name).resolve(set).resolve("grads.safetensors");
        LoraConfig lora = Golden.lora(name, set);
        Batch batch = Golden.batch(Golden.caseOf(name).resolve("forward.safetensors"), 0);

        try (CausalLm model = Golden.load(name);
                Objective objective = model.objective(lora)) {
            var layout = LoraTargets.of(model.config(), lora).layout();
            for (String state : List.of("init", "warm")) {
                LoraAdapter start = Golden.adapter(golden, state + ".param.", layout);
                float[] gradient = new float[objective.size()];

                double loss = objective.lossAndGradient(start.toArray(), batch, gradient);

                float[] expected =
                        Golden.adapter(golden, state + ".grad.", layout).toArray();
                assertThat(loss).isCloseTo(Golden.floats(golden, state + ".loss")[0], within(LOSS_TOLERANCE));
                assertThat(Golden.largestDifference(gradient, expected)).isLessThan(GRADIENT_TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#sets")
    void adapter_thatPeftStartsFrom_changesNoLogits(String name, String set) {
        Path grads = Golden.caseOf(name).resolve(set).resolve("grads.safetensors");
        LoraConfig lora = Golden.lora(name, set);
        Batch batch = Golden.batch(Golden.caseOf(name).resolve("forward.safetensors"), 0);

        try (CausalLm model = Golden.load(name)) {
            LoraAdapter start = Golden.adapter(
                    grads, "init.param.", LoraTargets.of(model.config(), lora).layout());
            float[] logits = model.logits(Optional.of(new PeftAdapter(lora, start)), batch);

            assertThat(Golden.largestDifferenceAtTokens(logits, Golden.floats(grads, "init.logits"), batch))
                    .isLessThan(LOGIT_TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#sets")
    void adapter_writtenByPeft_givesPeftsLogits(String name, String set) throws IOException {
        Path directory = Golden.caseOf(name).resolve(set);
        PeftAdapter adapter = PeftDirectory.read(directory.resolve("adapter-warm"));
        Batch batch = Golden.batch(Golden.caseOf(name).resolve("forward.safetensors"), 0);

        try (CausalLm model = Golden.load(name)) {
            float[] logits = model.logits(Optional.of(adapter), batch);

            float[] expected = Golden.floats(directory.resolve("grads.safetensors"), "warm.logits");
            assertThat(Golden.largestDifferenceAtTokens(logits, expected, batch))
                    .isLessThan(LOGIT_TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void generate_scoresThatAreNoNumbers_isRefused(double temperature) {
        LoraConfig lora = Golden.lora("llama-a", "qv");
        Sampling sampling = new Sampling(temperature, 0, 1, 7);

        try (CausalLm model = Golden.load("llama-a")) {
            AdapterLayout layout = LoraTargets.of(model.config(), lora).layout();
            float[] values = new float[layout.size()];
            Arrays.fill(values, 1e30f);
            PeftAdapter damaged = new PeftAdapter(lora, LoraAdapter.wrap(layout, values));

            assertThatThrownBy(() -> model.generate(
                            Optional.of(damaged), List.of(new int[] {5, 17}), 4, sampling, (prompt, id) -> {}))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("NaN")
                    .hasMessageContaining("damaged");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-a", "llama-b"})
    void generate_withAdapter_equalsArgmaxOfFullForward(String name) throws IOException {
        PeftAdapter adapter = PeftDirectory.read(Golden.caseOf(name).resolve("qv/adapter-warm"));
        int[] prompt = {5, 17, 40, 8};

        try (CausalLm model = Golden.load(name)) {
            int[] together = model.generate(Optional.of(adapter), List.of(prompt, new int[] {9}), 6, Set.of())
                    .get(0);

            int[] text = prompt;
            for (int id : together) {
                assertThat(id).isEqualTo(lastArgmax(model, adapter, text));
                text = Arrays.copyOf(text, text.length + 1);
                text[text.length - 1] = id;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#sets")
    void adapter_mergedByPeft_givesTheSameLogitsAndWeights(String name, String set) throws IOException {
        Path directory = Golden.caseOf(name).resolve(set);
        Path merged = directory.resolve("merged.safetensors");
        PeftAdapter adapter = PeftDirectory.read(directory.resolve("adapter-warm"));
        Batch batch = Golden.batch(Golden.caseOf(name).resolve("forward.safetensors"), 0);
        float[] expected = Golden.floats(merged, "merged_logits");
        ModelDirectory checkpoint = ModelDirectory.open(Golden.model(name));

        try (CausalLm model = Golden.load(name);
                MergedWeights weights = new MergedWeights(checkpoint.weights(), adapter);
                CausalLm sum = CausalLm.load(checkpoint.config(), weights, EngineDevice.CPU)) {
            assertThat(Golden.largestDifferenceAtTokens(model.logits(Optional.of(adapter), batch), expected, batch))
                    .isLessThan(LOGIT_TOLERANCE);
            assertThat(Golden.largestDifferenceAtTokens(sum.logits(Optional.empty(), batch), expected, batch))
                    .isLessThan(LOGIT_TOLERANCE);
            for (String tensor : Golden.names(merged, "merged.")) {
                float[] values = Golden.floats(merged, "merged." + tensor);
                FloatBuffer own = FloatBuffer.allocate(values.length);
                weights.read(tensor, own);
                assertThat(Golden.largestDifference(own.array(), values)).isLessThan(1e-6);
            }
        }
    }

    private static int lastArgmax(CausalLm model, PeftAdapter adapter, int[] text) {
        float[] logits = model.logits(Optional.of(adapter), Batch.leftPadded(List.of(text), 0));
        int vocabulary = model.config().dimensions().vocabulary();
        int best = 0;
        int from = (text.length - 1) * vocabulary;
        for (int v = 1; v < vocabulary; v++) {
            best = logits[from + v] > logits[from + best] ? v : best;
        }
        return best;
    }
}
