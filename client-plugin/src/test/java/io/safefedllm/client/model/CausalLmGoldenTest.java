package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Forward, loss and greedy continuation against transformers; tolerances of the golden README. */
@GoldenReader(
        files = {"cases/[^/]+/forward\\.safetensors", "cases/[^/]+/greedy\\.json"},
        whole = "models/[^/]+/[^/]+")
class CausalLmGoldenTest {
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final double LOSS_TOLERANCE = 1e-5;
    private static final double TABLE_TOLERANCE = 1e-6;

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void logits_rightPaddedBatch_equalTransformers(String name) {
        Path forward = Golden.caseOf(name).resolve("forward.safetensors");
        Batch batch = Golden.batch(forward, 0);

        try (CausalLm model = Golden.load(name)) {
            float[] logits = model.logits(Optional.empty(), batch);

            assertThat(Golden.largestDifferenceAtTokens(logits, Golden.floats(forward, "logits"), batch))
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

            assertThat(Golden.largestDifferenceAtTokens(logits, Golden.floats(forward, "left_logits_masked"), batch))
                    .isLessThan(LOGIT_TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void hidden_afterEveryLayer_equalsTransformers(String name) {
        Path forward = Golden.caseOf(name).resolve("forward.safetensors");
        int[][] row = {Golden.matrix(forward, "input_ids", 0)[0]};
        Batch batch = Batch.of(row, new int[][] {Golden.matrix(forward, "attention_mask", 0)[0]}, row);

        try (CausalLm model = Golden.load(name)) {
            int layers = model.config().dimensions().layers();
            assertThat(Golden.names(forward, "hidden.")).hasSize(layers + 1);
            for (int after = 0; after <= layers; after++) {
                float[] expected = Golden.floats(forward, "hidden." + after);
                float[] actual = after == layers ? normed(model, batch) : hidden(model, batch, after);

                assertThat(Golden.largestDifferenceAtTokens(actual, expected, batch))
                        .as("after layer %s", after)
                        .isLessThan(LOGIT_TOLERANCE);
            }
        }
    }

    /** The stream after the first layers of a model. */
    private static float[] hidden(CausalLm model, Batch batch, int layers) {
        DecoderWeights all = model.weights();
        DecoderWeights first =
                new DecoderWeights(all.embedding(), all.layers().subList(0, layers), all.finalNorm(), all.head());
        try (NDManager step = model.manager().newSubManager()) {
            DecoderPass pass = DecoderPass.over(model.config(), step, batch, 0f);
            return model.decoder()
                    .hidden(first, AdapterWeights.none(layers), pass, null)
                    .toFloatArray();
        }
    }

    /** What the output matrix is applied to: with the identity in its place the logits are just that. */
    private static float[] normed(CausalLm model, Batch batch) {
        DecoderWeights all = model.weights();
        int layers = all.layers().size();
        try (NDManager step = model.manager().newSubManager()) {
            NDArray identity = step.eye(model.config().dimensions().hidden());
            DecoderWeights open = new DecoderWeights(all.embedding(), all.layers(), all.finalNorm(), identity);
            DecoderPass pass = DecoderPass.over(model.config(), step, batch, 0f);
            NDArray last = model.decoder().hidden(open, AdapterWeights.none(layers), pass, null);
            return model.decoder().logits(open, last).toFloatArray();
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void rotaryTables_ofEveryModel_equalTransformers(String name) {
        Path forward = Golden.caseOf(name).resolve("forward.safetensors");
        float[] cosines = Golden.floats(forward, "cos");
        ModelConfig config = ModelDirectory.open(Golden.model(name)).config();
        int width = config.dimensions().headDim();
        RotaryTables tables = new RotaryTables(config.rotary(), width);
        int[] positions = IntStream.range(0, cosines.length / width).toArray();

        assertThat(Golden.largestDifference(tables.inverseFrequencies(), Golden.floats(forward, "inv_freq")))
                .isLessThan(1e-7);
        assertThat(Golden.largestDifference(tables.cosines(positions, 1f), cosines))
                .isLessThan(TABLE_TOLERANCE);
        float[] signed = Golden.floats(forward, "sin");
        for (int i = 0; i < signed.length; i++) {
            signed[i] *= i % width < width / 2 ? -1 : 1;
        }
        assertThat(Golden.largestDifference(tables.signedSines(positions, 1f), signed))
                .isLessThan(TABLE_TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void pass_leftPaddedBatch_rotatesByTransformersPositions(String name) {
        Path forward = Golden.caseOf(name).resolve("forward.safetensors");
        int[][] ids = Golden.matrix(forward, "left_input_ids", 0);
        Batch batch = Batch.of(ids, Golden.matrix(forward, "left_attention_mask", 0), ids);
        int[] positions = Arrays.stream(Golden.matrix(forward, "left_position_ids", 0))
                .flatMapToInt(Arrays::stream)
                .toArray();

        try (CausalLm model = Golden.load(name);
                NDManager step = model.manager().newSubManager()) {
            int width = model.config().dimensions().headDim();
            DecoderPass pass = DecoderPass.over(model.config(), step, batch, 0f);

            assertThat(pass.cosines().toFloatArray())
                    .isEqualTo(new RotaryTables(model.config().rotary(), width)
                            .cosines(positions, (float) Math.pow(width, -0.25)));
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void generate_promptsOfDifferentLength_givesTransformersIdsAndText(String name) {
        JsonNode golden = Golden.json(Golden.caseOf(name).resolve("greedy.json"));
        List<int[]> prompts = new ArrayList<>();

        try (CausalLm model = Golden.load(name);
                TextTokenizer tokenizer = TextTokenizer.open(Golden.model(name).resolve("tokenizer.json"))) {
            for (JsonNode prompt : golden) {
                int[] ids = Golden.ints(prompt.get("prompt_ids"));
                assertThat(tokenizer
                                .encode(prompt.get("prompt").textValue(), true)
                                .ids())
                        .isEqualTo(ids);
                prompts.add(ids);
            }
            List<int[]> actual = model.generate(Optional.empty(), prompts, 20, Set.of());

            for (int i = 0; i < prompts.size(); i++) {
                JsonNode expected = golden.get(i);
                int[] ids = Golden.ints(expected.get("new_ids"));
                assertThat(actual.get(i)).startsWith(ids);
                assertThat(tokenizer.decode(ids, true))
                        .isEqualTo(expected.get("text").textValue());
                assertThat(expected.get("smallest_top1_top2_margin").doubleValue())
                        .as("what the logits may be off by on both sides decides no token")
                        .isGreaterThan(2 * LOGIT_TOLERANCE);
            }
        }
    }

    /** A bfloat16 computation rounds to 8 bits, so it is near, not equal. */
    private static void assertNear(float[] actual, float[] rounded, Batch batch) {
        assertThat(Golden.largestDifferenceAtTokens(actual, rounded, batch)).isLessThan(0.25);
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
}
