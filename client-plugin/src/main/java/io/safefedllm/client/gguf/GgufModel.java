package io.safefedllm.client.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelTensors;
import io.safefedllm.client.checkpoint.WeightSource;
import java.nio.file.Path;

/** A whole model in one GGUF file: configuration, weights, tokenizer. Confined to one thread; closing it closes the file. */
public final class GgufModel implements AutoCloseable {
    private final ModelConfig config;
    private final GgufWeights weights;
    private final ObjectNode tokenizerJson;
    private final ObjectNode tokenizerConfigJson;

    private GgufModel(ModelConfig config, GgufWeights weights, GgufTokenizer tokenizer) {
        this.config = config;
        this.weights = weights;
        this.tokenizerJson = tokenizer.tokenizerJson();
        this.tokenizerConfigJson = tokenizer.configJson(config.maxPositions());
    }

    /**
     * Opens a file and checks all of it but the values of the weights.
     *
     * @throws CheckpointException if it is malformed, or of an architecture, a type of weights or a kind of tokenizer that is not
     *     supported, which the message names
     */
    public static GgufModel open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            ModelConfig config = GgufConfig.of(file);
            GgufWeights weights = new GgufWeights(file, config);
            ModelTensors.requireExactly(config, weights);
            GgufTokenizer tokenizer = new GgufTokenizer(file.metadata());
            if (tokenizer.size() > config.dimensions().vocabulary()) {
                throw new CheckpointException(
                        "the tokenizer has " + tokenizer.size() + " tokens but the embedding only "
                                + config.dimensions().vocabulary() + " rows");
            }
            return new GgufModel(config, weights, tokenizer);
        } catch (CheckpointException e) {
            file.close();
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(path + ": ") ? e : new CheckpointException(path + ": " + message, e);
        }
    }

    /** The configuration, checked. */
    public ModelConfig config() {
        return config;
    }

    /** The weights, dequantised. They are closed with this model. */
    public WeightSource weights() {
        return weights;
    }

    /** Returns the content of a tokenizer.json that gives the same ids. */
    public ObjectNode tokenizerJson() {
        return tokenizerJson.deepCopy();
    }

    /** Returns the content of tokenizer_config.json, with the chat template if the file has one. */
    public ObjectNode tokenizerConfigJson() {
        return tokenizerConfigJson.deepCopy();
    }

    @Override
    public void close() {
        weights.close();
    }
}
