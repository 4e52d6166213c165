package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.golden.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A trained model with readable output; its files are not part of the repository. */
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
            }
        }
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
            java.util.Arrays.fill(ones[0], 1);
            assertThat(model.loss(Optional.empty(), Batch.of(second, ones, second)))
                    .isCloseTo(golden().get("loss_on_second_string").doubleValue(), within(LOSS_TOLERANCE));
        }
    }

    @Test
    void generate_allPromptsTogether_tellsTheGoldenStories() {
        List<int[]> prompts = new ArrayList<>();
        int longest = 0;
        for (JsonNode story : golden().get("greedy")) {
            prompts.add(Golden.ints(story.get("prompt_ids")));
            longest = Math.max(longest, story.get("new_ids").size());
        }
        try (CausalLm model = load()) {
            List<int[]> stories = model.generate(Optional.empty(), prompts, longest, Set.of());

            for (int i = 0; i < stories.size(); i++) {
                assertThat(stories.get(i))
                        .startsWith(Golden.ints(golden().get("greedy").get(i).get("new_ids")));
            }
        }
    }
}
