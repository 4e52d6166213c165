package io.safefedllm.client.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.probe.store.AtomicFile;
import io.safefedllm.probe.store.SafetensorsWriter;
import io.safefedllm.probe.store.TensorStream;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes model directories as Hugging Face writes them. Tensors pass through in pieces, so the memory needed does not grow with the
 * model; the directory appears only when it is complete. Confined to one thread.
 */
public final class CheckpointWriter {
    /** Size of a weight file above which weights are spread over several, as Hugging Face libraries do. */
    public static final long SHARD_BYTES = 5_000_000_000L;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private final TensorType type;
    private final long shardBytes;
    private final Progress progress;
    private long total;
    private long done;

    /** Is told how far the writing is. */
    @FunctionalInterface
    public interface Progress {
        /** Says that {@code done} of {@code total} values are written. */
        void at(long done, long total);
    }

    /**
     * Chooses how weights are stored.
     *
     * @param type F32, F16 or BF16
     */
    public CheckpointWriter(TensorType type, Progress progress) {
        this(type, SHARD_BYTES, progress);
    }

    CheckpointWriter(TensorType type, long shardBytes, Progress progress) {
        this.type = type;
        this.shardBytes = shardBytes;
        this.progress = progress;
    }

    /**
     * Checks that a model can be written there, before work is done for it.
     *
     * @throws java.nio.file.FileAlreadyExistsException if {@code directory} is there and is not an empty directory
     * @throws IOException if it cannot be looked at
     */
    public static void requireFree(Path directory) throws IOException {
        StagedDirectory.requireFree(directory);
    }

    /**
     * Writes a model.
     *
     * @param directory must be absent or empty
     * @param weights hold exactly the tensors of {@code config}
     * @param files further files, name to JSON content
     * @throws java.nio.file.FileAlreadyExistsException if something is in the way
     * @throws CheckpointException if a value cannot be stored as the type
     * @throws IOException if writing fails; the directory is then not there
     */
    public void write(Path directory, ModelConfig config, WeightSource weights, Map<String, JsonNode> files)
            throws IOException {
        try (StagedDirectory staged = StagedDirectory.open(directory)) {
            List<TensorStream> tensors = new ArrayList<>();
            ModelTensors.shapes(config).forEach((name, shape) -> tensors.add(stream(name, shape, weights)));
            total = tensors.stream().mapToLong(TensorStream::size).sum();
            done = 0;
            writeWeights(staged.path(), tensors);
            for (Map.Entry<String, JsonNode> file : files.entrySet()) {
                writeJson(staged.path().resolve(file.getKey()), file.getValue());
            }
            writeJson(staged.path().resolve("config.json"), JSON.readTree(config.toJson(type)));
            staged.commit();
        }
    }

    private TensorStream stream(String name, List<Integer> shape, WeightSource weights) {
        return new TensorStream(name, type, shape, (from, into) -> {
            FloatBuffer piece = into.duplicate();
            weights.read(name, from, into.remaining(), into);
            requireStorable(name, piece);
            done += piece.remaining();
            progress.at(done, total);
        });
    }

    private void requireStorable(String name, FloatBuffer values) {
        float most = type == TensorType.F16 ? 65504f : Float.MAX_VALUE;
        for (int i = values.position(); i < values.limit(); i++) {
            float value = values.get(i);
            if (!(Math.abs(value) <= most)) {
                throw new CheckpointException("tensor '" + name + "' holds " + value + ", which is not a number that "
                        + type.name().toLowerCase(Locale.ROOT) + " can hold"
                        + (Float.isFinite(value) ? "; store it as bf16 or f32" : "; the file is damaged"));
            }
        }
    }

    private void writeWeights(Path directory, List<TensorStream> tensors) throws IOException {
        List<List<TensorStream>> shards = shards(tensors);
        if (shards.size() == 1) {
            SafetensorsWriter.stream(directory.resolve(ModelDirectory.SINGLE_FILE), tensors, METADATA);
            return;
        }
        ObjectNode index = JSON.createObjectNode();
        index.putObject("metadata")
                .put(
                        "total_size",
                        tensors.stream().mapToLong(TensorStream::byteLength).sum());
        ObjectNode map = index.putObject("weight_map");
        for (int i = 0; i < shards.size(); i++) {
            String file = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            SafetensorsWriter.stream(directory.resolve(file), shards.get(i), METADATA);
            shards.get(i).forEach(tensor -> map.put(tensor.name(), file));
        }
        writeJson(directory.resolve(ModelDirectory.INDEX), index);
    }

    /** A tensor is never split; one that is larger than a shard has a file of its own. */
    private List<List<TensorStream>> shards(List<TensorStream> tensors) {
        List<List<TensorStream>> shards = new ArrayList<>();
        long room = -1;
        for (TensorStream tensor : tensors) {
            if (tensor.byteLength() > room) {
                shards.add(new ArrayList<>());
                room = shardBytes;
            }
            shards.get(shards.size() - 1).add(tensor);
            room -= tensor.byteLength();
        }
        return shards;
    }

    private static void writeJson(Path file, JsonNode content) throws IOException {
        AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
    }
}
