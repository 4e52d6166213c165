package io.safefedllm.probe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.probe.Golden;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The directories under golden/lora were written by PEFT 0.21.2. */
class PeftDirectoryTest {
    private static final String Q = "base_model.model.model.layers.0.self_attn.q_proj";
    private static final LoraConfig CONFIG = new LoraConfig(2, 4, 0, List.of("q_proj"), "tiny");
    private static final AdapterLayout LAYOUT = AdapterLayout.of(List.of(
            new TensorSpec(Q + ".lora_A.weight", List.of(2, 3)), new TensorSpec(Q + ".lora_B.weight", List.of(4, 2))));
    private static final PeftAdapter SMALL = new PeftAdapter(CONFIG, LoraAdapter.copyOf(LAYOUT, new float[14]));

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "llama-a-all7-const, 4, 168",
        "llama-b-qv-warm, 8, 16",
        "llama-c-qv-warm, 16, 8",
        "qwen2-b-qv-const, 4, 12"
    })
    void write_adapterOfPeft_givesPeftsBytesBack(String name, int r, int tensors) throws IOException {
        Path source = Golden.resource("/golden/lora/" + name);

        PeftAdapter read = PeftDirectory.read(source);
        PeftDirectory.write(directory, read);

        assertThat(read.config().r()).isEqualTo(r);
        assertThat(read.adapter().layout().tensors()).hasSize(tensors);
        assertThat(directory.resolve(PeftDirectory.MODEL_FILE))
                .hasSameBinaryContentAs(source.resolve(PeftDirectory.MODEL_FILE));
        assertThat(PeftDirectory.read(directory)).isEqualTo(read);
    }

    @Test
    void read_configOfPeft_givesEverySetting() throws IOException {
        PeftAdapter read = PeftDirectory.read(Golden.resource("/golden/lora/llama-c-qv-warm"));

        assertThat(read.config()).isEqualTo(new LoraConfig(16, 8, 0, List.of("q_proj", "v_proj"), "llama-c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"use_rslora\": true",
                "\"alora_invocation_tokens\": [1, 2]",
                "\"arrow_config\": {\"top_k\": 3}",
                "\"corda_config\": {\"a\": 1}",
                "\"eva_config\": {\"rho\": 2.0}",
                "\"exclude_modules\": [\"k_proj\"]",
                "\"kasa_config\": {\"a\": 1}",
                "\"layers_pattern\": \"layers\"",
                "\"loftq_config\": {\"loftq_bits\": 4}",
                "\"lora_ga_config\": {\"a\": 1}",
                "\"megatron_config\": {\"a\": 1}",
                "\"monteclora_config\": {\"a\": 1}",
                "\"use_bdlora\": true",
                "\"velora_config\": {\"a\": 1}",
                "\"use_dora\": true",
                "\"modules_to_save\": [\"lm_head\"]",
                "\"rank_pattern\": {\"q_proj\": 4}",
                "\"alpha_pattern\": {\"q_proj\": 4}",
                "\"layers_to_transform\": [0]",
                "\"bias\": \"all\"",
                "\"lora_bias\": true",
                "\"fan_in_fan_out\": true",
                "\"init_lora_weights\": \"pissa\"",
                "\"target_parameters\": [\"x\"]",
            })
    void read_unsupportedOption_isRefusedByName(String option) throws IOException {
        PeftDirectory.write(directory, SMALL);
        String name = option.substring(1, option.indexOf('"', 1));
        configure("{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"target_modules\": [\"q_proj\"], " + option
                + "}");

        assertThatThrownBy(() -> PeftDirectory.read(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("PEFT option '" + name + "' is not supported");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | not valid JSON",
                "[] | expected one JSON object",
                "{\"peft_type\": \"IA3\"} | peft_type must be LORA but is '\"IA3\"'",
                "{\"peft_type\": \"LORA\", \"r\": 2.5} | r must be an integer but is '2.5'",
                "{\"peft_type\": \"LORA\", \"r\": 2, \"r\": 3} | Duplicate field",
                "{\"peft_type\": \"LORA\", \"r\": 0, \"lora_alpha\": 4, \"target_modules\": [\"q_proj\"]}"
                        + "| rank r must be at least 1 but was 0",
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": \"4\"} | lora_alpha must be a number",
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"target_modules\": \".*q\"}"
                        + "| target_modules must be a list",
                "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 4, \"target_modules\": [\"q_proj\"]}"
                        + "| has shape [2, 3] but the configured rank is 4",
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"target_modules\": [\"k_proj\"]}"
                        + "| belongs to none of the target modules [k_proj]",
            })
    void read_badConfiguration_isRefused(String json, String fault) throws IOException {
        PeftDirectory.write(directory, SMALL);
        configure(json);

        assertThatThrownBy(() -> PeftDirectory.read(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void read_missingHalf_isRefused() throws IOException {
        PeftDirectory.write(directory, SMALL);
        NamedTensor half = new NamedTensor(Q + ".lora_A.weight", List.of(2, 3), FloatBuffer.wrap(new float[6]));
        SafetensorsWriter.write(directory.resolve(PeftDirectory.MODEL_FILE), List.of(half), Map.of());

        assertThatThrownBy(() -> PeftDirectory.read(directory)).hasMessageContaining("lacks its other half");
    }

    @Test
    void read_foreignTensor_isRefused() throws IOException {
        PeftDirectory.write(directory, SMALL);
        NamedTensor foreign = new NamedTensor("lm_head.weight", List.of(1), FloatBuffer.wrap(new float[1]));
        SafetensorsWriter.write(directory.resolve(PeftDirectory.MODEL_FILE), List.of(foreign), Map.of());

        assertThatThrownBy(() -> PeftDirectory.read(directory))
                .hasMessageContaining("'lm_head.weight' is not a LoRA matrix");
    }

    @Test
    void read_pickleOnly_isRefusedWithAdvice() throws IOException {
        PeftDirectory.write(directory, SMALL);
        Files.move(directory.resolve(PeftDirectory.MODEL_FILE), directory.resolve("adapter_model.bin"));

        assertThatThrownBy(() -> PeftDirectory.read(directory)).hasMessageContaining("is a pickle and is never loaded");
    }

    @Test
    void write_layoutThatDoesNotMatchTheConfig_isRefused() {
        PeftAdapter wrong = new PeftAdapter(new LoraConfig(3, 4, 0, List.of("q_proj"), ""), SMALL.adapter());

        assertThatThrownBy(() -> PeftDirectory.write(directory, wrong)).isInstanceOf(IllegalArgumentException.class);
    }

    private void configure(String json) throws IOException {
        Files.writeString(directory.resolve(PeftDirectory.CONFIG_FILE), json);
    }
}
