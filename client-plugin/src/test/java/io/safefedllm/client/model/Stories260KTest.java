package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.Dimensions;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A trained model with readable output; its files are not part of the repository. */
@GoldenReader(
        files = "stories260K/(logits\\.safetensors|stories260K\\.json)",
        whole = "stories260K/hf/.*",
        // The longest piece, which the file of the original tokenizer states.
        notes = "/max_piece_bytes")
class Stories260KTest {
    private static final Path STORIES = Golden.shared().resolve("stories260K");
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final double LOSS_TOLERANCE = 1e-5;

    @BeforeEach
    void requireModel() {
        assumeTrue(Golden.isThere(STORIES), "stories260K is missing");
    }

    private static CausalLm load() {
        return CausalLm.load(ModelDirectory.open(STORIES.resolve("hf")), EngineDevice.CPU);
    }

    private static JsonNode golden() {
        return Golden.json(STORIES.resolve("stories260K.json"));
    }

    @Test
    void tokenizer_goldenStrings_givesItsIds() {
        try (TextTokenizer tokenizer = TextTokenizer.open(STORIES.resolve("hf/tokenizer.json"))) {
            for (JsonNode string : golden().get("tokenizer")) {
                assertThat(tokenizer
                                .encode(string.get("text").textValue(), false)
                                .ids())
                        .isEqualTo(Golden.ints(string.get("tokenizer_json_ids")));
                assertThat(string.get("ids").equals(string.get("tokenizer_json_ids")))
                        .as("what the original tokenizer gives is what tokenizer.json gives")
                        .isEqualTo(string.get("same").booleanValue());
            }
        }
    }

    @Test
    void config_ofTheDirectory_hasTheSizesOfTheOriginal() {
        ModelConfig config = ModelDirectory.open(STORIES.resolve("hf")).config();
        JsonNode header = golden().get("header");

        assertThat(config.dimensions())
                .isEqualTo(new Dimensions(
                        header.get("dim").intValue(),
                        header.get("hidden_dim").intValue(),
                        header.get("n_layers").intValue(),
                        header.get("vocab").intValue(),
                        header.get("n_heads").intValue(),
                        header.get("n_kv_heads").intValue(),
                        header.get("dim").intValue() / header.get("n_heads").intValue()));
        assertThat(config.maxPositions()).isEqualTo(header.get("seq_len").intValue());
        assertThat(config.tiedEmbeddings()).isEqualTo(header.get("tied").booleanValue());
    }

    @Test
    void logits_fourTexts_equalTransformers() {
        Path logits = STORIES.resolve("logits.safetensors");
        try (CausalLm model = load()) {
            for (int i = 0; i < 4; i++) {
                int[] ids = Golden.vector(logits, i + ".input_ids");
                Batch batch = Batch.leftPadded(List.of(ids), 0);

                assertThat(Golden.largestDifference(
                                model.logits(Optional.empty(), batch), Golden.floats(logits, i + ".logits")))
                        .isLessThan(LOGIT_TOLERANCE);
            }
            int[][] second = {Golden.vector(logits, "1.input_ids")};
            int[][] ones = {new int[second[0].length]};
            Arrays.fill(ones[0], 1);
            double loss = model.loss(Optional.empty(), Batch.of(second, ones, second));
            assertThat(loss).isCloseTo(golden().get("loss_on_second_string").doubleValue(), within(LOSS_TOLERANCE));
            assertThat(loss).isCloseTo(Golden.floats(logits, "loss")[0], within(LOSS_TOLERANCE));
        }
    }

    @Test
    void generate_allPromptsTogether_tellsTheGoldenStories() {
        List<int[]> prompts = new ArrayList<>();
        int longest = 0;
        try (CausalLm model = load();
                TextTokenizer tokenizer = TextTokenizer.open(STORIES.resolve("hf/tokenizer.json"))) {
            for (JsonNode story : golden().get("greedy")) {
                int[] ids = Golden.ints(story.get("prompt_ids"));
                assertThat(tokenizer
                                .encode(story.get("prompt").textValue(), true)
                                .ids())
                        .isEqualTo(ids);
                prompts.add(ids);
                longest = Math.max(longest, story.get("new_ids").size());
            }
            List<int[]> stories = model.generate(Optional.empty(), prompts, longest, Set.of());

            for (int i = 0; i < stories.size(); i++) {
                JsonNode expected = golden().get("greedy").get(i);
                int[] ids = Golden.ints(expected.get("new_ids"));
                assertThat(stories.get(i)).startsWith(ids);
                IntStream whole = IntStream.concat(Arrays.stream(prompts.get(i)), Arrays.stream(ids));
                assertThat(tokenizer.decode(whole.toArray(), true))
                        .isEqualTo(expected.get("text").textValue());
            }
        }
    }
}
