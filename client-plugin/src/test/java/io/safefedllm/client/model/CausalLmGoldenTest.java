package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward, loss, gradients and greedy continuation against transformers and PEFT; tolerances of the golden README. */
class CausalLmGoldenTest {
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final double LOSS_TOLERANCE = 1e-5;
    private static final double GRADIENT_TOLERANCE = 5e-6;

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void logits_rightPaddedBatch_equalTransformers(String name) {
        Path forward = Golden.caseOf(name).resolve("forward.safetensors");
        Batch batch = Golden.batch(forward, 0);

        try (CausalLm model = Golden.load(name)) {
            float[] logits = model.logits(Optional.empty(), batch);

            assertThat(largestDifferenceAtTokens(logits, Golden.floats(forward, "logits"), batch))
                    .isLessThan(LOGIT_TOLERANCE);
            if (Golden.contains(forward, "logits_bf16_compute")) {
                assertNear(logits, Golden.floats(forward, "logits_bf16_compute"), batch);
            }
            assertThat(model.loss(Optional.empty(), batch))
                    .isCloseTo(Golden.floats(forward, "loss")[0], within(LOSS_TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void logits_leftPaddedBatch_startPositionsAfterPadding(String name) {
        Path forward = Golden.caseOf(name).resolve("forward.safetensors");
        int[][] ids = Golden.matrix(forward, "left_input_ids", 0);
        Batch batch = Batch.of(ids, Golden.matrix(forward, "left_attention_mask", 0), ids);

        try (CausalLm model = Golden.load(name)) {
            float[] logits = model.logits(Optional.empty(), batch);

            assertThat(largestDifferenceAtTokens(logits, Golden.floats(forward, "left_logits_masked"), batch))
                    .isLessThan(LOGIT_TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void rotaryTables_ofEveryModel_equalTransformers(String name) {
        Path forward = Golden.caseOf(name).resolve("forward.safetensors");
        float[] cosines = Golden.floats(forward, "cos");

        try (CausalLm model = Golden.load(name)) {
            RotaryTables tables = new RotaryTables(
                    model.config().rotary(), model.config().dimensions().headDim());
            int[] positions = java.util.stream.IntStream.range(
                            0, cosines.length / model.config().dimensions().headDim())
                    .toArray();

            assertThat(Golden.largestDifference(tables.inverseFrequencies(), Golden.floats(forward, "inv_freq")))
                    .isLessThan(1e-7);
            assertThat(Golden.largestDifference(tables.cosines(positions, 1f), cosines))
                    .isLessThan(1e-6);
        }
    }

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
    void adapter_writtenByPeft_givesPeftsLogits(String name, String set) throws IOException {
        Path directory = Golden.caseOf(name).resolve(set);
        PeftAdapter adapter = PeftDirectory.read(directory.resolve("adapter-warm"));
        Batch batch = Golden.batch(Golden.caseOf(name).resolve("forward.safetensors"), 0);

        try (CausalLm model = Golden.load(name)) {
            float[] logits = model.logits(Optional.of(adapter), batch);

            float[] expected = Golden.floats(directory.resolve("grads.safetensors"), "warm.logits");
            assertThat(largestDifferenceAtTokens(logits, expected, batch)).isLessThan(LOGIT_TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void generate_promptsOfDifferentLength_givesTransformersIds(String name) {
        List<int[]> prompts = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        for (JsonNode golden : Golden.json(Golden.caseOf(name).resolve("greedy.json"))) {
            prompts.add(Golden.ints(golden.get("prompt_ids")));
            expected.add(Golden.ints(golden.get("new_ids")));
        }

        try (CausalLm model = Golden.load(name)) {
            List<int[]> actual = model.generate(Optional.empty(), prompts, 20, Set.of());

            for (int i = 0; i < prompts.size(); i++) {
                assertThat(actual.get(i)).startsWith(expected.get(i));
            }
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
                text = java.util.Arrays.copyOf(text, text.length + 1);
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
            assertThat(largestDifferenceAtTokens(model.logits(Optional.of(adapter), batch), expected, batch))
                    .isLessThan(LOGIT_TOLERANCE);
            assertThat(largestDifferenceAtTokens(sum.logits(Optional.empty(), batch), expected, batch))
                    .isLessThan(LOGIT_TOLERANCE);
            for (String tensor : Golden.names(merged, "merged.")) {
                float[] values = Golden.floats(merged, "merged." + tensor);
                FloatBuffer own = FloatBuffer.allocate(values.length);
                weights.read(tensor, own);
                assertThat(Golden.largestDifference(own.array(), values)).isLessThan(1e-6);
            }
        }
    }

    /** A bfloat16 computation rounds to 8 bits, so it is near, not equal. */
    private static void assertNear(float[] actual, float[] rounded, Batch batch) {
        assertThat(largestDifferenceAtTokens(actual, rounded, batch)).isLessThan(0.25);
        double product = 0;
        double left = 0;
        double right = 0;
        int vocabulary = actual.length / (batch.rows() * batch.length());
        for (int i = 0; i < actual.length; i++) {
            int position = i / vocabulary;
            if (batch.isToken(position / batch.length(), position % batch.length())) {
                product += (double) actual[i] * rounded[i];
                left += (double) actual[i] * actual[i];
                right += (double) rounded[i] * rounded[i];
            }
        }
        assertThat(product / Math.sqrt(left * right)).isGreaterThan(0.999);
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

    private static double largestDifferenceAtTokens(float[] actual, float[] expected, Batch batch) {
        assertThat(actual).hasSameSizeAs(expected);
        int vocabulary = actual.length / (batch.rows() * batch.length());
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            int position = i / vocabulary;
            if (batch.isToken(position / batch.length(), position % batch.length())) {
                largest = Math.max(largest, Math.abs((double) actual[i] - expected[i]));
            }
        }
        return largest;
    }
}
