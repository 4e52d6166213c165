package io.safefedllm.client.checkpoint;

import io.safefedllm.probe.store.SafetensorsFile;
import io.safefedllm.probe.store.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Weights in one safetensors file, read in pieces of at most 16 MB so that no tensor is copied twice as a whole. */
final class SafetensorsWeights implements WeightSource {
    private static final int PIECE = 1 << 22;

    private final Path path;
    private final SafetensorsFile file;

    private SafetensorsWeights(Path path, SafetensorsFile file) {
        this.path = path;
        this.file = file;
    }

    static SafetensorsWeights open(Path path) {
        try {
            return new SafetensorsWeights(path, SafetensorsFile.open(path));
        } catch (IOException e) {
            throw new CheckpointException("cannot open '" + path + "': " + e.getMessage(), e);
        }
    }

    @Override
    public Set<String> names() {
        return new LinkedHashSet<>(file.names());
    }

    @Override
    public List<Integer> shape(String name) {
        return info(name).shape().stream().map(Math::toIntExact).toList();
    }

    @Override
    public void read(String name, FloatBuffer into) {
        long size = info(name).size();
        try {
            for (long from = 0; from < size; from += PIECE) {
                into.put(file.readFloat32(name, from, (int) Math.min(PIECE, size - from)));
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot read tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new CheckpointException("cannot close '" + path + "': " + e.getMessage(), e);
        }
    }

    private TensorInfo info(String name) {
        try {
            return file.info(name);
        } catch (IOException e) {
            throw new CheckpointException("cannot find tensor '" + name + "' in '" + path + "': " + e.getMessage(), e);
        }
    }
}
