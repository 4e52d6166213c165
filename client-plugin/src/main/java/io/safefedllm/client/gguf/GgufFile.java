package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.CheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file of version 2 or 3, opened for reading. Opening reads and checks the header, no data; tensors are read by rows, so a file
 * and a tensor may be far larger than the heap. Confined to one thread.
 */
final class GgufFile implements AutoCloseable {
    private static final int MAGIC = 0x4655_4747;
    private static final int MAX_TENSORS = 1 << 20;
    private static final int MAX_DIMENSIONS = 4;
    private static final int DEFAULT_ALIGNMENT = 32;

    private final Path path;
    private final FileChannel channel;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

    private GgufFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        GgufInput in = new GgufInput(channel);
        requireVersion(in);
        int count = in.count("tensors", MAX_TENSORS);
        this.metadata = GgufMetadata.read(in);
        readTensors(in, count);
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws CheckpointException if it is missing, malformed, truncated, of another version, or has a tensor of a type that is not
     *     known here
     */
    static GgufFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException("there is no file '" + path + "'");
        }
        @Nullable FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            return new GgufFile(path, channel);
        } catch (EOFException e) {
            close(channel);
            throw new CheckpointException(path + ": the header is cut off; it " + e.getMessage(), e);
        } catch (IOException e) {
            close(channel);
            throw new CheckpointException("cannot read '" + path + "': " + e.getMessage(), e);
        } catch (CheckpointException e) {
            close(channel);
            throw new CheckpointException(path + ": " + e.getMessage(), e);
        }
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new CheckpointException("cannot close the file: " + e.getMessage(), e);
            }
        }
    }

    private static void requireVersion(GgufInput in) throws IOException {
        if (in.int32() != MAGIC) {
            throw new CheckpointException("not a GGUF file: it does not begin with GGUF");
        }
        int version = in.int32();
        if (version != 2 && version != 3) {
            boolean swapped = Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3;
            throw new CheckpointException(
                    swapped
                            ? "big-endian GGUF is not supported"
                            : "GGUF version " + version + " is not supported; known: 2, 3");
        }
    }

    private void readTensors(GgufInput in, int count) throws IOException {
        List<GgufTensor> relative = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            relative.add(readTensor(in));
        }
        int alignment = metadata.integer("general.alignment").orElse(DEFAULT_ALIGNMENT);
        if (alignment <= 0) {
            throw new CheckpointException("general.alignment must be positive but was " + alignment);
        }
        long start = (in.position() + alignment - 1) / alignment * alignment;
        for (GgufTensor tensor : relative) {
            add(tensor, start, alignment);
        }
    }

    private static GgufTensor readTensor(GgufInput in) throws IOException {
        String name = in.string();
        int dimensions = in.int32();
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new CheckpointException("tensor '" + name + "' has " + dimensions + " dimensions");
        }
        List<Integer> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            long size = in.int64();
            if (!(size >= 1 && size <= Integer.MAX_VALUE)) {
                throw new CheckpointException(
                        "tensor '" + name + "' has the impossible size " + Long.toUnsignedString(size));
            }
            shape.add(0, (int) size);
        }
        GgmlType type = GgmlType.ofId(Integer.toUnsignedLong(in.int32()), name);
        while (shape.size() > 1 && shape.get(0) == 1) {
            shape.remove(0);
        }
        return new GgufTensor(name, type, shape, in.int64());
    }

    private void add(GgufTensor relative, long start, int alignment) throws IOException {
        String subject = "tensor '" + relative.name() + "'";
        if (relative.shape().size() > 2) {
            throw new CheckpointException(
                    subject + " has the shape " + relative.shape() + "; expected a matrix or a vector");
        }
        if (relative.width() % relative.type().elements() != 0) {
            throw new CheckpointException(subject + " has rows of " + relative.width() + " elements, not a multiple of "
                    + relative.type().elements() + " as " + relative.type() + " needs");
        }
        long offset = relative.position();
        long data = channel.size() - start;
        if (offset < 0 || offset % alignment != 0 || offset > data || !relative.fitsIn(data - offset)) {
            throw new CheckpointException(subject + " is said to lie at byte " + Long.toUnsignedString(offset)
                    + " of the data with the shape "
                    + relative.shape() + " as " + relative.type() + ", but the file has only " + Math.max(0, data)
                    + " bytes of data; it is truncated or forged");
        }
        GgufTensor tensor = new GgufTensor(relative.name(), relative.type(), relative.shape(), start + offset);
        if (tensors.put(tensor.name(), tensor) != null) {
            throw new CheckpointException("has " + subject + " twice");
        }
    }

    Path path() {
        return path;
    }

    GgufMetadata metadata() {
        return metadata;
    }

    /** All tensors by their names here, in the order of the file. */
    Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** Reads {@code count} rows of a tensor from row {@code row} on, as float32, into the beginning of {@code out}. */
    void readRows(GgufTensor tensor, long row, int count, float[] out) {
        GgmlType type = tensor.type();
        int values = Math.multiplyExact(count, tensor.width());
        long from = tensor.position() + type.byteLength(row * tensor.width());
        ByteBuffer block =
                ByteBuffer.allocate(Math.toIntExact(type.byteLength(values))).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (block.hasRemaining()) {
                int read = channel.read(block, from + block.position());
                if (read < 0) {
                    throw new EOFException("the file ends early");
                }
            }
        } catch (IOException e) {
            throw new CheckpointException(
                    "cannot read tensor '" + tensor.name() + "' of '" + path + "': " + e.getMessage(), e);
        }
        type.decode(block, out, values);
    }

    @Override
    public void close() {
        close(channel);
    }
}
