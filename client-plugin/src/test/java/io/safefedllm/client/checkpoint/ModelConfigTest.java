package io.safefedllm.client.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.TinyModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
    private static final String SMALLEST =
            """
            {"model_type":"llama","hidden_size":16,"intermediate_size":32,"num_hidden_layers":2,
             "num_attention_heads":4,"vocab_size":50%s}""";

    private static ModelConfig parse(String more) {
        return ModelConfigReader.parse(SMALLEST.formatted(more));
    }

    @Test
    void read_transformers5Form_findsNestedRotaryParameters() {
        ModelConfig config = ModelConfig.read(Golden.model("llama-b").resolve("config.json"));

        assertThat(config.dimensions()).isEqualTo(new Dimensions(64, 160, 4, 400, 8, 2, 16));
        assertThat(config.rotary().theta()).isEqualTo(500000.0);
        assertThat(config.rotary().scaling()).contains(new RotarySettings.Llama3Scaling(8, 1, 4, 64));
        assertThat(config.tiedEmbeddings()).isTrue();
    }

    @Test
    void read_transformers4Form_findsBiasesAndTheta() {
        ModelConfig config = ModelConfig.read(Golden.model("llama-c").resolve("config.json"));

        assertThat(config.biases()).isEqualTo(new BiasSettings(true, true, true));
        assertThat(config.rotary()).isEqualTo(RotarySettings.of(10000));
        assertThat(config.tokens().eos()).containsExactly(2);
        assertThat(config.rmsNormEpsilon()).isEqualTo(1e-6);
    }

    @Test
    void read_qwen2_hasBiasesOnQueryKeyAndValueOnly() {
        for (String name : List.of("qwen2-a", "qwen2-b")) {
            ModelConfig config = ModelConfig.read(Golden.model(name).resolve("config.json"));

            assertThat(config.family()).isEqualTo(ModelFamily.QWEN2);
            assertThat(config.biases()).isEqualTo(BiasSettings.QUERY_KEY_VALUE);
            assertThat(config.rotary()).isEqualTo(RotarySettings.of(1e6));
            assertThat(config.tokens().bos()).isEmpty();
        }
    }

    @Test
    void parse_slidingWindowThatIsNotUsed_isHarmless() {
        ModelConfig config = ModelConfigReader.parse(SMALLEST.formatted(
                        ",\"sliding_window\":4096,\"use_sliding_window\":false,\"layer_types\":[\"full_attention\"]")
                .replace("llama", "qwen2"));

        assertThat(config.family()).isEqualTo(ModelFamily.QWEN2);
    }

    @Test
    void config_biasesThatTheFamilyCannotHave_areRefused() {
        ModelConfig llama = parse("");

        assertThatThrownBy(() -> new ModelConfig(
                        ModelFamily.LLAMA,
                        llama.dimensions(),
                        1e-5,
                        llama.rotary(),
                        true,
                        BiasSettings.QUERY_KEY_VALUE,
                        llama.tokens(),
                        64))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("llama");
    }

    @Test
    void parse_fieldsLeftOut_takeTheFamilysDefaults() {
        ModelConfig config = parse(",\"head_dim\":null,\"eos_token_id\":[7,8]");

        assertThat(config.dimensions()).isEqualTo(new Dimensions(16, 32, 2, 50, 4, 4, 4));
        assertThat(config.tiedEmbeddings()).isFalse();
        assertThat(config.rotary().theta()).isEqualTo(RotarySettings.DEFAULT_THETA);
        assertThat(config.tokens().eos()).containsExactly(7, 8);
        assertThat(config.tokens().padId()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"quantization_config\":{}|quantization_config",
                "\"hidden_act\":\"gelu\"|'gelu'",
                "\"attention_dropout\":0.1|attention_dropout",
                "\"pretraining_tp\":2|pretraining_tp",
                "\"use_sliding_window\":true|use_sliding_window",
                "\"layer_types\":[\"sliding_attention\"]|sliding_attention",
                "\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}|'linear'",
                "\"rope_parameters\":{\"rope_type\":\"yarn\"}|'yarn'",
                "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8}|llama3",
                "\"num_key_value_heads\":3|num_key_value_heads 3",
                "\"head_dim\":5|head_dim",
                "\"num_hidden_layers\":10001|num_hidden_layers",
                "\"tie_word_embeddings\":\"yes\"|tie_word_embeddings",
                "\"eos_token_id\":\"</s>\"|eos_token_id",
                "\"rms_norm_eps\":-1|rms_norm_eps"
            })
    void parse_unsupportedOption_isRefusedByName(String option, String named) {
        assertThatThrownBy(() -> parse("," + option))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mistral", "qwen2_moe", "qwen3", "gemma3_text"})
    void parse_otherFamily_isRefusedByName(String family) {
        assertThatThrownBy(() -> ModelConfigReader.parse(SMALLEST.formatted("").replace("llama", family)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'" + family + "'")
                .hasMessageContaining("known: llama, qwen2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[1]", "{", "{\"model_type\":\"llama\"}"})
    void parse_brokenText_isACheckpointException(String text) {
        assertThatThrownBy(() -> ModelConfigReader.parse(text)).isInstanceOf(CheckpointException.class);
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#models")
    void toJson_ofAnyModel_readsBackEqual(String name) {
        ModelConfig config = ModelConfig.read(Golden.model(name).resolve("config.json"));

        assertThat(ModelConfigReader.parse(config.toJson())).isEqualTo(config);
        assertThat(ModelConfigReader.parse(TinyModel.config().toJson())).isEqualTo(TinyModel.config());
    }

    @Test
    void read_missingFile_namesIt() {
        assertThatThrownBy(() -> ModelConfig.read(Path.of("nowhere", "config.json")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("nowhere");
    }
}
