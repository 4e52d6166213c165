package io.safefedllm.client.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.golden.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids, offsets, decoding and prompt masking against the tokenizers library. */
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
                TokenizedText plain = tokenizer.encode(string.get("text").textValue(), false);

                assertThat(plain.ids()).isEqualTo(Golden.ints(string.get("ids")));
                assertThat(tokenizer
                                .encode(string.get("text").textValue(), true)
                                .ids())
                        .isEqualTo(Golden.ints(string.get("ids_with_special")));
                for (int i = 0; i < plain.length(); i++) {
                    assertThat(new int[] {plain.start(i), plain.end(i)})
                            .isEqualTo(Golden.ints(string.get("offsets").get(i)));
                }
                assertThat(tokenizer.decode(plain.ids(), false))
                        .isEqualTo(string.get("decoded").textValue());
                assertThat(tokenizer.decode(plain.ids(), true))
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
        return java.util.Arrays.copyOfRange(ids, ids.length - count, ids.length);
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
