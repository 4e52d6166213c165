package io.safefedllm.client.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.TinyModel;
import io.safefedllm.probe.store.NamedTensor;
import io.safefedllm.probe.store.SafetensorsWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelDirectoryTest {
    @TempDir
    private Path directory;

    @Test
    void weights_goldenModel_holdEveryTensorOfItsConfig() {
        ModelDirectory golden = ModelDirectory.open(Golden.model("llama-a"));

        try (WeightSource source = golden.weights()) {
            assertThat(source.names())
                    .containsExactlyInAnyOrderElementsOf(
                            ModelTensors.shapes(golden.config()).keySet());
            FloatBuffer values = FloatBuffer.allocate(48);
            source.read(ModelTensors.FINAL_NORM, values);
            assertThat(values.hasRemaining()).isFalse();
        }
        assertThat(golden.tokenizerFile()).isRegularFile();
    }

    @Test
    void weights_missingTensor_isNamed() throws IOException {
        write(tensors().subList(1, tensors().size()));

        assertThatThrownBy(() -> ModelDirectory.open(directory).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'model.embed_tokens.weight' is missing");
    }

    @Test
    void weights_surplusTensor_isNamed() throws IOException {
        List<NamedTensor> tensors = tensors();
        tensors.add(tensor("model.layers.0.self_attn.q_norm.weight", List.of(8)));
        write(tensors);

        assertThatThrownBy(() -> ModelDirectory.open(directory).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("q_norm");
    }

    @Test
    void weights_oldRotaryBufferAndTiedHead_areIgnored() throws IOException {
        List<NamedTensor> tensors = tensors();
        tensors.add(tensor("model.layers.0.self_attn.rotary_emb.inv_freq", List.of(4)));
        tensors.add(tensor("lm_head.weight", List.of(11, 32)));
        write(tensors);

        try (WeightSource source = ModelDirectory.open(directory).weights()) {
            assertThat(source.shape("lm_head.weight")).containsExactly(11, 32);
        }
    }

    @Test
    void weights_otherShape_isNamedWithBoth() throws IOException {
        List<NamedTensor> tensors = tensors();
        tensors.set(0, tensor("model.embed_tokens.weight", List.of(12, 32)));
        write(tensors);

        assertThatThrownBy(() -> ModelDirectory.open(directory).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("[12, 32]")
                .hasMessageContaining("[11, 32]");
    }

    @Test
    void weights_shardedGoldenModels_holdEveryTensor() {
        for (String name : List.of("llama-b", "qwen2-a")) {
            ModelDirectory golden = ModelDirectory.open(Golden.model(name));

            try (WeightSource source = golden.weights()) {
                assertThat(source.names())
                        .containsExactlyInAnyOrderElementsOf(
                                ModelTensors.shapes(golden.config()).keySet());
            }
        }
    }

    @Test
    void read_partOfATensor_givesThoseValues() {
        try (WeightSource source = ModelDirectory.open(Golden.model("llama-b")).weights()) {
            FloatBuffer whole = FloatBuffer.allocate(64);
            source.read(ModelTensors.FINAL_NORM, whole);
            FloatBuffer part = FloatBuffer.allocate(5);
            source.read(ModelTensors.FINAL_NORM, 7, 5, part);

            assertThat(part.array()).containsExactly(Arrays.copyOfRange(whole.array(), 7, 12));
            assertThatThrownBy(() -> source.read(ModelTensors.FINAL_NORM, 60, 5, FloatBuffer.allocate(5)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> source.shape("absent"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("'absent'");
        }
    }

    @Test
    void weights_singleFileBesideAnIndex_countsAlone() throws IOException {
        write(tensors());
        index("{\"weight_map\":{\"x\":\"absent.safetensors\"}}");

        try (WeightSource source = ModelDirectory.open(directory).weights()) {
            assertThat(source.names()).contains(ModelTensors.FINAL_NORM);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|not valid JSON",
                "{}|no weight_map",
                "{\"weight_map\":{}}|no weight_map",
                "{\"weight_map\":{\"x\":\"../a.safetensors\"}}|'../a.safetensors'",
                "{\"weight_map\":{\"x\":\"sub/a.safetensors\"}}|'sub/a.safetensors'",
                "{\"weight_map\":{\"x\":\"sub\\\\a.safetensors\"}}|beside the index",
                "{\"weight_map\":{\"x\":3}}|beside the index",
                "{\"weight_map\":{\"x\":\"absent.safetensors\"}}|absent.safetensors' of the checkpoint is missing",
                "{\"weight_map\":{\"x\":\"a.safetensors\"}}|tensor 'x' is not in",
                "{\"weight_map\":{\"model.norm.weight\":\"a.safetensors\",\"y\":\"b.safetensors\"}}|in another file too"
            })
    void weights_unusableIndex_isRefusedWithTheReason(String json, String reason) throws IOException {
        write(tensors());
        Files.move(directory.resolve("model.safetensors"), directory.resolve("a.safetensors"));
        Files.copy(directory.resolve("a.safetensors"), directory.resolve("b.safetensors"));
        index(json);

        assertThatThrownBy(() -> ModelDirectory.open(directory).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(reason);
    }

    private void index(String json) throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), json);
    }

    @Test
    void weights_noWeightFile_isRefused() throws IOException {
        write(tensors());
        Files.delete(directory.resolve("model.safetensors"));

        assertThatThrownBy(() -> ModelDirectory.open(directory).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model.safetensors.index.json");
    }

    @Test
    void open_noDirectory_isRefused() {
        assertThatThrownBy(() -> ModelDirectory.open(directory.resolve("absent")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("absent");
    }

    @Test
    void tokenizerFile_missing_isRefused() throws IOException {
        write(tensors());

        assertThatThrownBy(() -> ModelDirectory.open(directory).tokenizerFile())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tokenizer.json");
    }

    private void write(List<NamedTensor> tensors) throws IOException {
        Files.writeString(directory.resolve("config.json"), TinyModel.config().toJson());
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors, Map.of());
    }

    private static List<NamedTensor> tensors() {
        List<NamedTensor> tensors = new ArrayList<>();
        ModelTensors.shapes(TinyModel.config()).forEach((name, shape) -> tensors.add(tensor(name, shape)));
        return tensors;
    }

    private static NamedTensor tensor(String name, List<Integer> shape) {
        int size = shape.stream().reduce(1, Math::multiplyExact);
        return new NamedTensor(name, shape, FloatBuffer.allocate(size));
    }
}
