package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.template.ChatTemplate;
import io.safefedllm.client.template.ChatTurn;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a published model, imported from GGUF, must reproduce: its tokens, its chats, the scores and the words of transformers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealModelContract {
    private static final double LOGIT_TOLERANCE = 1e-3;
    private static final LocalDateTime ANY_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    private final Path golden;
    private @Nullable CausalLm model;

    /** @param golden the file of expectations, relative to the golden folder beside the repository */
    RealModelContract(String golden) {
        this.golden = Golden.shared().resolve(golden);
    }

    /** Returns the model directory. */
    abstract Path directory();

    Path goldenFile() {
        return golden;
    }

    JsonNode golden(String part) {
        return Golden.json(golden).get(part);
    }

    CausalLm model() {
        CausalLm loaded = model == null ? CausalLm.load(ModelDirectory.open(directory()), EngineDevice.CPU) : model;
        model = loaded;
        return loaded;
    }

    @AfterAll
    void closeModel() {
        if (model != null) {
            model.close();
        }
    }

    private TextTokenizer tokenizer() {
        return TextTokenizer.open(ModelDirectory.open(directory()).tokenizerFile());
    }

    @Test
    void tokenizer_goldenStrings_givesIdsAndText() {
        try (TextTokenizer tokenizer = tokenizer()) {
            assertThat(golden("strings")).hasSize(32);
            golden("strings").forEach(string -> Golden.assertText(tokenizer, string));
        }
    }

    @Test
    void chats_rendered_areThoseOfTransformers() {
        ChatTemplate template = ChatTemplate.read(directory(), ANY_TIME);
        try (TextTokenizer tokenizer = tokenizer()) {
            for (JsonNode chat : golden("chat")) {
                List<ChatTurn> turns = new ArrayList<>();
                chat.get("messages")
                        .forEach(turn -> turns.add(new ChatTurn(
                                turn.get("role").textValue(),
                                turn.get("content").textValue())));
                String rendered = template.render(turns, true);

                assertThat(rendered).isEqualTo(chat.get("rendered").textValue());
                assertThat(tokenizer.encode(rendered, false).ids()).isEqualTo(Golden.ints(chat.get("ids")));
            }
        }
    }

    @Test
    void logits_goldenPrompts_areThoseOfTransformers() {
        for (JsonNode prompt : golden("logits")) {
            int[] ids = Golden.ints(prompt.get("ids"));
            float[] logits = model().logits(Optional.empty(), Batch.leftPadded(List.of(ids), 0));
            int width = logits.length / ids.length;
            int last = logits.length - width;

            assertTop(logits, 0, prompt.get("first_position_top20"));
            assertTop(logits, last, prompt.get("last_position_top20"));
            double mean = average(logits, last, value -> value);
            assertThat(mean).isCloseTo(prompt.get("last_mean").doubleValue(), within(LOGIT_TOLERANCE));
            double variance = average(logits, last, value -> (value - mean) * (value - mean)) * width / (width - 1);
            assertThat(Math.sqrt(variance)).isCloseTo(prompt.get("last_std").doubleValue(), within(LOGIT_TOLERANCE));
        }
    }

    private static double average(float[] values, int from, DoubleUnaryOperator what) {
        return IntStream.range(from, values.length)
                .mapToDouble(i -> what.applyAsDouble(values[i]))
                .average()
                .orElseThrow();
    }

    private static void assertTop(float[] logits, int from, JsonNode top) {
        for (int i = 0; i < top.get("ids").size(); i++) {
            assertThat((double) logits[from + top.get("ids").get(i).intValue()])
                    .isCloseTo(top.get("values").get(i).doubleValue(), within(LOGIT_TOLERANCE));
        }
    }

    @Test
    void generate_goldenPrompts_saysTheSame() {
        try (TextTokenizer tokenizer = tokenizer()) {
            for (JsonNode prompt : golden("logits")) {
                int[] expected = Golden.ints(prompt.get("greedy_ids"));
                int[] ids = tokenizer
                        .encode(prompt.get("prompt").textValue(), false)
                        .ids();

                assertThat(ids).isEqualTo(Golden.ints(prompt.get("ids")));
                assertThat(model().generate(Optional.empty(), List.of(ids), expected.length, Set.of()))
                        .containsExactly(expected);
                assertThat(tokenizer.decode(expected, false))
                        .isEqualTo(prompt.get("greedy_text").textValue());
            }
        }
    }
}
