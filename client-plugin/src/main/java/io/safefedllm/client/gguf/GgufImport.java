package io.safefedllm.client.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.checkpoint.CheckpointWriter;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns a GGUF file into a Hugging Face model directory, which PEFT and transformers read too. Stateless. */
public final class GgufImport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GgufImport() {}

    /**
     * Writes configuration, weights, tokenizer and chat template. The memory needed is a few megabytes and the tokenizer.
     *
     * @param gguf the file
     * @param directory must be absent or empty; it appears only when it is complete
     * @param type F32, in which nothing is lost, or F16 or BF16, to which values are rounded
     * @param more further files, name to JSON content
     * @throws CheckpointException if the file is malformed or not supported
     * @throws java.nio.file.FileAlreadyExistsException if something is in the way
     * @throws IOException if writing fails
     */
    public static void run(
            Path gguf, Path directory, TensorType type, Map<String, JsonNode> more, CheckpointWriter.Progress progress)
            throws IOException {
        try (GgufModel model = GgufModel.open(gguf)) {
            Map<String, JsonNode> files = new LinkedHashMap<>(more);
            files.put("tokenizer.json", model.tokenizerJson());
            files.put("tokenizer_config.json", model.tokenizerConfigJson());
            files.put("generation_config.json", generationConfig(model));
            new CheckpointWriter(type, progress).write(directory, model.config(), model.weights(), files);
        }
    }

    /** The special tokens again, where generation looks for them. */
    private static JsonNode generationConfig(GgufModel model) throws IOException {
        JsonNode config = JSON.readTree(model.config().toJson());
        ObjectNode generation = JSON.createObjectNode();
        for (String field : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
            generation.set(field, config.get(field));
        }
        return generation;
    }
}
