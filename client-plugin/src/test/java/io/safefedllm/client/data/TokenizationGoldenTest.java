package io.safefedllm.client.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import io.safefedllm.client.template.ChatTemplate;
import io.safefedllm.client.template.ChatTurn;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids, offsets, decoding and prompt masking against the tokenizers library. */
@GoldenReader(files = "text/tokenization\\.json")
class TokenizationGoldenTest {
    private static JsonNode golden(String model) {
        return Golden.json(Golden.root().resolve("text/tokenization.json")).get(model);
    }

    private static TextTokenizer tokenizer(String model) {
        return TextTokenizer.open(Golden.model(model).resolve("tokenizer.json"));
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void encode_goldenStrings_givesIdsOffsetsAndText(String model) {
        try (TextTokenizer tokenizer = tokenizer(model)) {
            for (JsonNode string : golden(model).get("strings")) {
                Golden.assertText(tokenizer, string);
                int[] plain = Golden.ints(string.get("ids"));

                assertThat(tokenizer
                                .encode(string.get("text").textValue(), true)
                                .ids())
                        .isEqualTo(Golden.ints(string.get("ids_with_special")));
                assertThat(tokenizer.decode(plain, true))
                        .isEqualTo(string.get("decoded_skip_special").textValue());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void encode_alpacaRecords_masksThePrompt(String model) {
        OptionalInt end = OptionalInt.of(
                ModelDirectory.open(Golden.model(model)).config().tokens().eos().get(0));
        try (TextTokenizer tokenizer = tokenizer(model)) {
            ExampleTokenizer examples = new ExampleTokenizer(tokenizer, end);
            for (JsonNode alpaca : golden(model).get("alpaca")) {
                JsonNode record = alpaca.get("record");
                Example example = PromptTemplate.ALPACA.render(new AlpacaRecord(
                        record.get("instruction").textValue(),
                        record.get("input").textValue(),
                        record.get("output").textValue()));

                assertThat(example.prompt()).isEqualTo(alpaca.get("prompt").textValue());
                assertExample(examples.encode(example), alpaca);
                assertExample(examples.encode(example).truncated(64), alpaca.get("max_length_64"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void encode_chats_trainsTheLastAnswer(String model) {
        ChatTemplate template = ChatTemplate.read(Golden.model(model), LocalDateTime.of(2026, 1, 1, 0, 0));
        try (TextTokenizer tokenizer = tokenizer(model)) {
            ChatTokenizer chats = new ChatTokenizer(tokenizer, template, ChatTokenizer.Trained.LAST_ANSWER);
            for (JsonNode chat : golden(model).get("chat")) {
                List<ChatTurn> turns = turns(chat.get("messages"));
                TokenizedExample example = chats.encode(new Conversation(turns));

                assertThat(template.render(turns, false))
                        .isEqualTo(chat.get("rendered").textValue());
                assertThat(template.render(turns.subList(0, turns.size() - 1), true))
                        .isEqualTo(chat.get("rendered_prompt").textValue());
                assertThat(chat.get("prompt_is_prefix").booleanValue()).isTrue();
                assertThat(example.ids()).isEqualTo(Golden.ints(chat.get("input_ids")));
                assertThat(example.labels()).isEqualTo(Golden.ints(chat.get("labels_last_turn")));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void encode_chatWithAnUnknownRole_isRefusedWhereTransformersDoes(String model) {
        ChatTemplate template = ChatTemplate.read(Golden.model(model), LocalDateTime.of(2026, 1, 1, 0, 0));
        Conversation tool = new Conversation(
                List.of(new ChatTurn("user", "hi"), new ChatTurn("tool", "x"), new ChatTurn("assistant", "y")));
        String expected = golden(model).get("bad_role").textValue();
        try (TextTokenizer tokenizer = tokenizer(model)) {
            ChatTokenizer chats = new ChatTokenizer(tokenizer, template, ChatTokenizer.Trained.LAST_ANSWER);
            if (expected.equals("accepted")) {
                assertThat(chats.encode(tool).isTrainable()).isTrue();
            } else {
                assertThatThrownBy(() -> chats.encode(tool))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining(expected.replaceFirst("^error: ", ""));
            }
        }
    }

    @Test
    void encode_allAnswers_trainsEveryOne() {
        ChatTemplate template = ChatTemplate.read(Golden.model("qwen2-a"), LocalDateTime.of(2026, 1, 1, 0, 0));
        Conversation chat = new Conversation(List.of(
                new ChatTurn("user", "one?"),
                new ChatTurn("assistant", "1"),
                new ChatTurn("user", "two?"),
                new ChatTurn("assistant", "2")));
        try (TextTokenizer tokenizer = tokenizer("qwen2-a")) {
            ChatTokenizer chats = new ChatTokenizer(tokenizer, template, ChatTokenizer.Trained.ALL_ANSWERS);
            TokenizedExample example = chats.encode(chat);

            int[] trained = Arrays.stream(example.labels())
                    .filter(label -> label != TokenizedExample.IGNORED)
                    .toArray();
            assertThat(tokenizer.decode(trained, false)).isEqualTo("1<|im_end|>\n2<|im_end|>\n");
        }
    }

    @Test
    void encode_templateThatLooksAhead_isRefused() {
        ChatTemplate template = ChatTemplate.of(
                "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}",
                "", "", LocalDateTime.of(2026, 1, 1, 0, 0));
        Conversation chat = new Conversation(List.of(new ChatTurn("user", "a"), new ChatTurn("assistant", "b")));
        try (TextTokenizer tokenizer = tokenizer("qwen2-a")) {
            ChatTokenizer chats = new ChatTokenizer(tokenizer, template, ChatTokenizer.Trained.LAST_ANSWER);

            assertThatThrownBy(() -> chats.encode(chat))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("differently alone");
        }
    }

    private static List<ChatTurn> turns(JsonNode messages) {
        List<ChatTurn> turns = new ArrayList<>();
        messages.forEach(message -> turns.add(new ChatTurn(
                message.get("role").textValue(), message.get("content").textValue())));
        return turns;
    }

    private static void assertExample(TokenizedExample actual, JsonNode expected) {
        assertThat(actual.ids()).isEqualTo(Golden.ints(expected.get("input_ids")));
        assertThat(actual.labels()).isEqualTo(Golden.ints(expected.get("labels")));
    }

    @Test
    void encode_longText_isNotTruncated() {
        try (TextTokenizer tokenizer = tokenizer("llama-a")) {
            assertThat(tokenizer.encode("a b ".repeat(600), false).length()).isGreaterThan(1000);
        }
    }

    @Test
    void encode_astralCharactersInThePrompt_countCodePoints() {
        try (TextTokenizer tokenizer = tokenizer("llama-a")) {
            TokenizedExample example =
                    new ExampleTokenizer(tokenizer, OptionalInt.empty()).encode(new Example("\ud83d\ude00 ok:", "yes"));

            int trained = 0;
            for (int label : example.labels()) {
                trained += label == TokenizedExample.IGNORED ? 0 : 1;
            }
            assertThat(tokenizer.decode(tail(example.ids(), trained), true)).isEqualTo("yes");
        }
    }

    private static int[] tail(int[] ids, int count) {
        return Arrays.copyOfRange(ids, ids.length - count, ids.length);
    }

    @Test
    void open_missingOrMalformedFile_isADataException() {
        for (Path file : List.of(Path.of("absent.json"), Golden.model("llama-a").resolve("config.json"))) {
            assertThatThrownBy(() -> TextTokenizer.open(file))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(file.getFileName().toString());
        }
    }
}
