package io.safefedllm.client.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;

/** A Hugging Face model directory: config.json, weights, tokenizer.json. Opening it reads the configuration only. */
public final class ModelDirectory {
    static final String SINGLE_FILE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private final Path directory;
    private final ModelConfig config;

    private ModelDirectory(Path directory, ModelConfig config) {
        this.directory = directory;
        this.config = config;
    }

    /**
     * Reads and checks the configuration of a model directory.
     *
     * @throws CheckpointException if there is no such directory or its configuration is not supported
     */
    public static ModelDirectory open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new CheckpointException("no model directory at '" + directory + "'");
        }
        return new ModelDirectory(directory, ModelConfig.read(directory.resolve("config.json")));
    }

    /** The directory itself. */
    public Path path() {
        return directory;
    }

    /** The checked configuration. */
    public ModelConfig config() {
        return config;
    }

    /**
     * Opens the weights after checking that exactly the tensors of {@link ModelTensors#shapes} are there. The caller
     * closes the source.
     *
     * @throws CheckpointException if a tensor is missing, unexpected or of another shape, or there is no weight file
     */
    public WeightSource weights() {
        WeightSource source = open();
        try {
            ModelTensors.requireExactly(config, source);
            return source;
        } catch (CheckpointException e) {
            source.close();
            throw new CheckpointException(directory + ": " + e.getMessage(), e);
        }
    }

    /** As in transformers, a single file counts before an index. */
    private WeightSource open() {
        Path single = directory.resolve(SINGLE_FILE);
        Path index = directory.resolve(INDEX);
        if (Files.isRegularFile(single)) {
            return SafetensorsWeights.open(single);
        }
        if (Files.isRegularFile(index)) {
            return SafetensorsWeights.openIndex(index);
        }
        throw new CheckpointException("no " + SINGLE_FILE + " and no " + INDEX + " in '" + directory + "'");
    }

    /**
     * Where tokenizer.json lies.
     *
     * @throws CheckpointException if it is missing
     */
    public Path tokenizerFile() {
        Path file = directory.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException("no tokenizer.json in '" + directory + "'");
        }
        return file;
    }
}
