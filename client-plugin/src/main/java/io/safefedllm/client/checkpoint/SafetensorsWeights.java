package io.safefedllm.client.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.probe.store.SafetensorsFile;
import io.safefedllm.probe.store.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Weights in safetensors files, one or many (LORA-TRAINER 1.2), mapped where they lie as they are needed and else read in pieces
 * of at most 16 MB, so that no tensor is held twice.
 */
final class SafetensorsWeights implements WeightSource {
    private static final int PIECE = 1 << 22;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Path, SafetensorsFile> files = new TreeMap<>();
    private final Map<String, SafetensorsFile> holders = new LinkedHashMap<>();

    private SafetensorsWeights() {}

    static SafetensorsWeights open(Path path) {
        SafetensorsWeights weights = new SafetensorsWeights();
        weights.add(path);
        return weights;
    }

    /**
     * Opens every shard that an index names, each once.
     *
     * @throws CheckpointException if the index is not one, a shard is named by a path, is missing or malformed, a tensor is not where
     *     the index says, or lies in two shards
     */
    static SafetensorsWeights openIndex(Path index) {
        Map<String, String> shards = shards(index);
        SafetensorsWeights weights = new SafetensorsWeights();
        try {
            shards.values().stream().distinct().sorted().forEach(name -> weights.add(index.resolveSibling(name)));
            shards.forEach((tensor, shard) -> weights.requireIn(tensor, index.resolveSibling(shard)));
            return weights;
        } catch (CheckpointException e) {
            weights.close();
            throw e;
        }
    }

    private static Map<String, String> shards(Path index) {
        Map<String, String> shards = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : weightMap(index).properties()) {
            String name = entry.getValue().asText();
            if (!entry.getValue().isTextual() || name.isEmpty() || name.matches(".*[/\\\\].*|.*\\.\\..*")) {
                throw new CheckpointException(index + ": tensor '" + entry.getKey()
                        + "' must lie in a file beside the index but" + " lies in '" + name + "'");
            }
            shards.put(entry.getKey(), name);
        }
        return shards;
    }

    private static JsonNode weightMap(Path index) {
        try {
            JsonNode map = JSON.readTree(Files.readString(index)).path("weight_map");
            if (!map.isObject() || map.isEmpty()) {
                throw new CheckpointException(index + ": no weight_map, which says what lies in which file");
            }
            return map;
        } catch (JsonProcessingException e) {
            throw new CheckpointException(index + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException("cannot read '" + index + "': " + e.getMessage(), e);
        }
    }

    private void add(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException("the file '" + path + "' of the checkpoint is missing");
        }
        try {
            SafetensorsFile file = SafetensorsFile.open(path);
            files.put(path, file);
            for (String name : file.names()) {
                if (holders.put(name, file) != null) {
                    throw new CheckpointException(
                            "tensor '" + name + "' lies in '" + path + "' and in another file too");
                }
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot open '" + path + "': " + e.getMessage(), e);
        }
    }

    private void requireIn(String tensor, Path shard) {
        SafetensorsFile file = files.get(shard);
        if (file == null || !file.contains(tensor)) {
            throw new CheckpointException("tensor '" + tensor + "' is not in '" + shard + "', where the index has it");
        }
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(holders.keySet());
    }

    @Override
    public List<Integer> shape(String name) {
        return info(name).shape().stream().map(Math::toIntExact).toList();
    }

    @Override
    public void read(String name, long from, long count, FloatBuffer into) {
        SafetensorsFile file = holder(name);
        try {
            for (long done = 0; done < count; done += PIECE) {
                into.put(file.readFloat32(name, from + done, (int) Math.min(PIECE, count - done)));
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot read tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<ByteBuffer> map(List<String> names) {
        SafetensorsFile file = holder(names.get(0));
        boolean together = names.stream().allMatch(name -> holder(name) == file);
        if (!together || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return Optional.empty();
        }
        try {
            return file.mapFloat32(names);
        } catch (IOException e) {
            throw new CheckpointException("cannot map tensor '" + names.get(0) + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        for (Map.Entry<Path, SafetensorsFile> entry : files.entrySet()) {
            try {
                entry.getValue().close();
            } catch (IOException e) {
                throw new CheckpointException("cannot close '" + entry.getKey() + "': " + e.getMessage(), e);
            }
        }
    }

    private SafetensorsFile holder(String name) {
        SafetensorsFile file = holders.get(name);
        if (file == null) {
            throw new CheckpointException("there is no tensor '" + name + "' in " + files.keySet());
        }
        return file;
    }

    private TensorInfo info(String name) {
        try {
            return holder(name).info(name);
        } catch (IOException e) {
            throw new CheckpointException("cannot find tensor '" + name + "': " + e.getMessage(), e);
        }
    }
}
