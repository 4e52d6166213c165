package io.safefedllm.client.train;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.probe.store.NamedTensor;
import io.safefedllm.probe.store.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The outcome of pre-training: a configuration, its tensors, and the losses on the way. */
public final class PretrainedModel {
    private final ModelConfig config;
    private final List<NamedTensor> tensors;
    private final List<Double> losses;

    PretrainedModel(ModelConfig config, List<NamedTensor> tensors, List<Double> losses) {
        this.config = config;
        this.tensors = List.copyOf(tensors);
        this.losses = List.copyOf(losses);
    }

    /** The loss of every step, before the step. */
    public List<Double> losses() {
        return losses;
    }

    /**
     * Writes config.json and model.safetensors (float32) into a directory, which is made if missing. With a tokenizer.json
     * beside them, which is the caller's, it is a complete Hugging Face model directory.
     *
     * @throws IOException if a file cannot be written
     */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), config.toJson());
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
}
