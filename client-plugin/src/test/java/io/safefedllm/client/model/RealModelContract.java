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

            assertTop(logits, 0, prompt.get("first_position_top20"));
            assertTop(logits, (ids.length - 1) * width, prompt.get("last_position_top20"));
        }
    }

    private static void assertTop(float[] logits, int from, JsonNode top) {
        for (int i = 0; i < top.get("ids").size(); i++) {
            assertThat((double) logits[from + top.get("ids").get(i).intValue()])
                    .isCloseTo(top.get("values").get(i).doubleValue(), within(LOGIT_TOLERANCE));
        }
    }

    @Test
    void generate_goldenPrompts_saysTheSame() {
        for (JsonNode prompt : golden("logits")) {
            int[] expected = Golden.ints(prompt.get("greedy_ids"));
            List<int[]> prompts = List.of(Golden.ints(prompt.get("ids")));

            assertThat(model().generate(Optional.empty(), prompts, expected.length, Set.of()))
                    .containsExactly(expected);
        }
    }
}
