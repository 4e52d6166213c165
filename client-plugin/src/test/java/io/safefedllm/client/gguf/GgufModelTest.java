package io.safefedllm.client.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.checkpoint.BiasSettings;
import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelFamily;
import io.safefedllm.client.checkpoint.RotarySettings;
import io.safefedllm.client.checkpoint.RotarySettings.Llama3Scaling;
import io.safefedllm.client.data.TextTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GgufModelTest {
    @TempDir
    private Path directory;

    private GgufModel open(GgufBytes file) throws IOException {
        return GgufModel.open(file.write(directory.resolve("model.gguf")));
    }

    @Test
    void open_smallLlama_findsConfigurationAndSpareRows() throws IOException {
        try (GgufModel model = open(GgufBytes.llama())) {
            ModelConfig config = model.config();

            assertThat(config.family()).isEqualTo(ModelFamily.LLAMA);
            assertThat(config.dimensions().vocabulary()).isEqualTo(6);
            assertThat(config.dimensions().headDim()).isEqualTo(4);
            assertThat(config.rmsNormEpsilon()).isEqualTo(1e-6);
            assertThat(config.tiedEmbeddings()).isTrue();
            assertThat(config.biases()).isEqualTo(BiasSettings.NONE);
            assertThat(config.rotary()).isEqualTo(RotarySettings.of(10000));
            assertThat(config.tokens().eos()).containsExactly(4);
        }
    }

    @Test
    void open_turnEndsAndTextEnds_areBothEnds() throws IOException {
        try (GgufModel model = open(GgufBytes.llama().put("tokenizer.ggml.eot_token_id", 3))) {
            assertThat(model.config().tokens().eos()).containsExactly(4, 3);
        }
    }

    @Test
    void open_llamaWithBiases_ordersTheirRowsAsItsMatrices() throws IOException {
        GgufBytes file = GgufBytes.llama();
        for (String block : List.of("blk.0.", "blk.1.")) {
            file.vector(block + "attn_q.bias", 0, 1, 2, 3, 4, 5, 6, 7)
                    .vector(block + "attn_k.bias", 0, 1, 2, 3)
                    .vector(block + "attn_v.bias", 0, 1, 2, 3)
                    .zeros(block + "attn_output.bias", 8);
        }
        try (GgufModel model = open(file)) {
            assertThat(model.config().biases()).isEqualTo(new BiasSettings(true, true, false));
            assertThat(values(model, "model.layers.1.self_attn.q_proj.bias", 8))
                    .containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
            assertThat(values(model, "model.layers.1.self_attn.v_proj.bias", 4)).containsExactly(0, 1, 2, 3);
        }
    }

    private static float[] values(GgufModel model, String name, int count) {
        FloatBuffer values = FloatBuffer.allocate(count);
        model.weights().read(name, values);
        return values.array();
    }

    @ParameterizedTest
    @CsvSource({"8,1,4,64,500000", "32,1,4,8192,500000", "8,1,4,8192,500000", "4,1,2,4096,1000000"})
    void open_tableOfDivisors_findsTheScalingBehindIt(
            double factor, double low, double high, double original, double theta) throws IOException {
        Llama3Scaling scaling = new Llama3Scaling(factor, low, high, original);
        float[] plain = RotarySettings.of(theta).inverseFrequencies(64);
        float[] scaled = new RotarySettings(theta, Optional.of(scaling)).inverseFrequencies(64);
        float[] divisors = new float[32];
        for (int i = 0; i < divisors.length; i++) {
            divisors[i] = plain[i] == scaled[i] ? 1f : plain[i] / scaled[i];
        }
        for (int i = 0; i < divisors.length; i++) {
            divisors[i] = Math.abs(divisors[i] - factor) < 1e-5 ? (float) factor : divisors[i];
        }

        assertThat(RotaryFactors.scaling(plain, divisors)).isEqualTo(scaling);
        divisors[31] = 7;
        assertThatThrownBy(() -> RotaryFactors.scaling(plain, divisors))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("rope_freqs.weight");
    }

    @Test
    void open_qwen2_hasItsBiases() throws IOException {
        GgufBytes file = new GgufBytes();
        try (GgufModel model = open(qwen2(file))) {
            assertThat(model.config().family()).isEqualTo(ModelFamily.QWEN2);
            assertThat(model.config().biases()).isEqualTo(BiasSettings.QUERY_KEY_VALUE);
            assertThat(values(model, "model.layers.0.self_attn.q_proj.bias", 8))
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        }
    }

    private static GgufBytes qwen2(GgufBytes file) {
        file.put("general.architecture", "qwen2")
                .put("qwen2.block_count", 1)
                .put("qwen2.embedding_length", 8)
                .put("qwen2.feed_forward_length", 12)
                .put("qwen2.attention.head_count", 2)
                .put("qwen2.attention.head_count_kv", 1)
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "qwen2")
                .put("tokenizer.ggml.tokens", List.of("a", "b", "ab", "<|im_end|>", "[PAD4]"))
                .put("tokenizer.ggml.token_type", List.of(1, 1, 1, 3, 5))
                .put("tokenizer.ggml.merges", List.of("a b"))
                .put("tokenizer.ggml.eos_token_id", 3)
                .zeros("token_embd.weight", 8, 5)
                .zeros("output_norm.weight", 8)
                .zeros("blk.0.attn_norm.weight", 8)
                .zeros("blk.0.ffn_norm.weight", 8)
                .zeros("blk.0.attn_q.weight", 8, 8)
                .zeros("blk.0.attn_k.weight", 8, 4)
                .zeros("blk.0.attn_v.weight", 8, 4)
                .vector("blk.0.attn_q.bias", 0, 1, 2, 3, 4, 5, 6, 7)
                .zeros("blk.0.attn_k.bias", 4)
                .zeros("blk.0.attn_v.bias", 4)
                .zeros("blk.0.attn_output.weight", 8, 8)
                .zeros("blk.0.ffn_gate.weight", 8, 12)
                .zeros("blk.0.ffn_up.weight", 8, 12)
                .zeros("blk.0.ffn_down.weight", 12, 8);
        return file;
    }

    @Test
    void tokenizer_addedTokensAnywhere_keepTheirIds() throws IOException {
        assertThat(ids(GgufBytes.llama(), "<s>ab</s>", false)).containsExactly(0, 3, 4);
        assertThat(ids(qwen2(new GgufBytes()), "ab<|im_end|>b", false)).containsExactly(2, 3, 1);
    }

    @Test
    void tokenizer_fileThatWantsABeginning_putsItOnce() throws IOException {
        GgufBytes file = GgufBytes.llama().put("tokenizer.ggml.add_bos_token", true);

        assertThat(ids(file, "ab", true)).containsExactly(0, 3);
        assertThat(ids(file.put("tokenizer.ggml.add_eos_token", true), "ab", true))
                .containsExactly(0, 3, 4);
        assertThat(ids(file, "ab", false)).containsExactly(3);
        assertThat(ids(GgufBytes.llama().put("tokenizer.ggml.pre", "llama-bpe"), "ab", true))
                .containsExactly(0, 3);
    }

    private int[] ids(GgufBytes file, String text, boolean special) throws IOException {
        try (GgufModel model = open(file)) {
            JsonNode json = model.tokenizerJson();
            Path path = Files.writeString(directory.resolve("tokenizer.json"), json.toString());
            try (TextTokenizer tokenizer = TextTokenizer.open(path)) {
                return tokenizer.encode(text, special).ids();
            }
        }
    }

    @Test
    void tokenizerConfig_withChatTemplate_carriesIt() throws IOException {
        try (GgufModel model = open(GgufBytes.llama().put("tokenizer.chat_template", "{{ messages }}"))) {
            JsonNode config = model.tokenizerConfigJson();

            assertThat(config.get("chat_template").textValue()).isEqualTo("{{ messages }}");
            assertThat(config.get("bos_token").textValue()).isEqualTo("<s>");
            assertThat(config.get("pad_token").isNull()).isTrue();
        }
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                refused("general.architecture 'gemma3'", file -> file.put("general.architecture", "gemma3")),
                refused("'general.architecture' is missing", file -> file.remove("general.architecture")),
                refused("mixture of experts", file -> file.put("llama.expert_count", 8)),
                refused("sliding window", file -> file.put("llama.attention.sliding_window", 4096)),
                refused("rope.scaling.type 'yarn'", file -> file.put("llama.rope.scaling.type", "yarn")),
                refused("rope.dimension_count 2", file -> file.put("llama.rope.dimension_count", 2)),
                refused("attention.value_length 8", file -> file.put("llama.attention.value_length", 8)),
                refused("gguf-split", file -> file.put("split.count", 3)),
                refused("'llama.block_count' is missing", file -> file.remove("llama.block_count")),
                refused("must be an integer", file -> file.put("llama.block_count", List.of(2, 2))),
                refused("tokenizer.ggml.model 'llama'", file -> file.put("tokenizer.ggml.model", "llama")),
                refused("tokenizer.ggml.pre 'deepseek-llm'", file -> file.put("tokenizer.ggml.pre", "deepseek-llm")),
                refused("has no tokenizer", file -> file.remove("tokenizer.ggml.model")),
                refused("'tokenizer.ggml.merges' is missing", file -> file.remove("tokenizer.ggml.merges")),
                refused("not a merge", file -> file.put("tokenizer.ggml.merges", List.of("ab"))),
                refused("which is no token", file -> file.put("tokenizer.ggml.eos_token_id", 5)),
                refused("5 tokens but 1", file -> file.put("tokenizer.ggml.token_type", List.of(1))),
                refused("only 4 rows", file -> file.zeros("token_embd.weight", 8, 4)),
                refused("is not part of a llama", file -> file.zeros("blk.0.attn_q_norm.weight", 4)),
                refused("'model.norm.weight' is missing", file -> file.withoutTensor("output_norm.weight")),
                refused("type Q2_K", file -> file.tensor("output.weight", 10, new byte[84], 256)),
                refused("number 77", file -> file.tensor("output.weight", 77, new byte[84], 256)),
                refused("multiple of 32", file -> file.tensor("blk.0.attn_q.weight", 2, new byte[36], 8, 8)),
                refused("truncated", file -> file.tensor("z", 0, new byte[4], 1 << 20)),
                refused(
                        "truncated or forged",
                        file -> file.tensor("z", 0, new byte[4], Integer.MAX_VALUE, Integer.MAX_VALUE)),
                refused("twice", file -> file.zeros("blk.00.attn_norm.weight", 8)),
                refused("dimensions", file -> file.tensor("z", 0, new byte[4], 1, 1, 1, 1, 1)),
                refused("impossible size 0", file -> file.tensor("z", 0, new byte[4], 0)),
                refused("[2, 2, 2]", file -> file.tensor("z", 0, new byte[32], 2, 2, 2)),
                refused("must be positive", file -> file.put("general.alignment", 0)));
    }

    private static Arguments refused(String message, UnaryOperator<GgufBytes> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void open_somethingUnsupportedOrMalformed_isRefusedByName(String message, UnaryOperator<GgufBytes> change) {
        assertThatThrownBy(() -> open(change.apply(GgufBytes.llama())))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model.gguf: ")
                .hasMessageContaining(message);
    }

    @Test
    void open_otherFilesAndVersions_areRefused() throws IOException {
        byte[] file = GgufBytes.llama().bytes();

        assertRefused(new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0}, "not a GGUF file");
        assertRefused(new byte[] {'G', 'G'}, "cut off");
        assertRefused(changed(file, 4, 1), "version 1");
        assertRefused(changed(changed(file, 4, 0), 7, 3), "big-endian");
        assertThatThrownBy(() -> GgufModel.open(directory.resolve("absent")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("absent");
    }

    private void assertRefused(byte[] bytes, String message) throws IOException {
        Path file = Files.write(directory.resolve("other.gguf"), bytes);

        assertThatThrownBy(() -> GgufModel.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }

    @Test
    void open_dataThatBeginsBehindTheEnd_isRefusedAtAnyOffset() throws IOException {
        byte[] file =
                GgufBytes.llama().put("general.alignment", Integer.MAX_VALUE).bytes();
        int name = new String(file, StandardCharsets.ISO_8859_1).indexOf("token_embd.weight");
        long lastAligned = Long.MAX_VALUE / Integer.MAX_VALUE * Integer.MAX_VALUE;
        int offset = name + "token_embd.weight".length() + 4 + 2 * 8 + 4;
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, lastAligned);

        assertRefused(file, "'token_embd.weight' is said to lie at byte " + lastAligned);
    }

    private static byte[] changed(byte[] file, int at, int value) {
        byte[] copy = file.clone();
        copy[at] = (byte) value;
        return copy;
    }

    @Test
    void open_anyByteChangedOrCutOff_neverFailsOtherwiseThanCheckpointException() throws IOException {
        byte[] file = GgufBytes.llama().bytes();
        int header = new String(file, StandardCharsets.ISO_8859_1).indexOf("token_embd.weight") + 60;
        Random dice = new Random(1);
        Path path = directory.resolve("changed.gguf");
        for (int i = 0; i < 600; i++) {
            boolean cut = i % 3 == 0;
            int at = dice.nextInt(header);
            Files.write(path, cut ? Arrays.copyOf(file, at) : changed(file, at, dice.nextInt()));
            try (GgufModel model = GgufModel.open(path)) {
                model.tokenizerJson();
                model.tokenizerConfigJson();
                assertThat(cut).isFalse();
            } catch (CheckpointException e) {
                assertThat(e).hasMessageContaining("changed.gguf");
            }
        }
    }
}
