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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void weights_shardedCheckpoint_isRefusedWithTheReason() {
        assertThatThrownBy(() -> ModelDirectory.open(Golden.model("llama-b")).weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("sharded");
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
