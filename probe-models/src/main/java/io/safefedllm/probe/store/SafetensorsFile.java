package io.safefedllm.probe.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file opened for reading.
 *
 * <p>{@link #open} reads and checks the whole header, no data: the file's length, every type, shape and offset, that names
 * are unique, and that the tensors cover the data without holes or overlaps. Data are read on demand, so a file may be far
 * larger than the heap and a tensor larger than 2 GiB. Safe for use by several threads until it is closed.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** Longest header that is read, 100 MB; a model of 100,000 tensors needs about 15 MB. */
    public static final int MAX_HEADER_LENGTH = 100_000_000;

    private static final int LENGTH_FIELD = 8;
    private static final int BLOCK = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final Map<String, TensorInfo> tensors;
    private final Map<String, String> metadata;
    private final long dataStart;

    private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header, long dataStart) {
        this.path = path;
        this.channel = channel;
        this.tensors = header.tensors();
        this.metadata = Map.copyOf(header.metadata());
        this.dataStart = dataStart;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws SafetensorsException if the file is malformed
     * @throws IOException if the file cannot be read
     */
    public static SafetensorsFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            int headerLength = headerLength(path, channel);
            byte[] json = new byte[headerLength];
            readFully(path, channel, ByteBuffer.wrap(json), LENGTH_FIELD);
            long dataStart = LENGTH_FIELD + (long) headerLength;
            SafetensorsHeader header = SafetensorsHeader.parse(path.toString(), json, channel.size() - dataStart);
            return new SafetensorsFile(path, channel, header, dataStart);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns the names of the tensors in the order of the header. */
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    /** Returns whether the file has a tensor of that name. */
    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    /** Returns the string map {@code __metadata__}; empty if the file has none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Returns type, shape and position of one tensor.
     *
     * @throws SafetensorsException if the file has no tensor of that name
     */
    public TensorInfo info(String name) throws SafetensorsException {
        TensorInfo tensor = tensors.get(name);
        if (tensor == null) {
            throw new SafetensorsException(path + ": there is no tensor " + SafetensorsHeader.quote(name));
        }
        return tensor;
    }

    /**
     * Reads a whole tensor, row-major, as binary32: F32 as it is, F16 and BF16 widened exactly, F64 rounded to nearest.
     *
     * @throws SafetensorsException if there is no such tensor, its type is not one of these four, or it has more than
     *     2^31 - 1 elements (use {@link #readFloat32(String, long, int)} then)
     */
    public float[] readFloat32(String name) throws IOException {
        return readFloat32(name, 0, wholeSize(info(name)));
    }

    /**
     * Reads {@code count} elements of a tensor from element {@code from} on, as {@link #readFloat32(String)} does.
     *
     * @throws SafetensorsException if there is no such tensor or it is not of a float type
     * @throws IndexOutOfBoundsException if the tensor does not have these elements
     */
    public float[] readFloat32(String name, long from, int count) throws IOException {
        TensorInfo tensor = info(name);
        requireType(tensor, tensor.type().isFloat(), "F32, F16, BF16 or F64");
        requireRange(tensor, from, count);
        float[] values = new float[count];
        int width = tensor.type().width();
        ByteBuffer block = newBlock(count, width);
        for (int done = 0; done < count; ) {
            int now = Math.min(count - done, block.capacity() / width);
            read(tensor, block, (from + done) * width, now * width);
            tensor.type().decode(block, values, done);
            done += now;
        }
        return values;
    }

    /**
     * Reads a whole tensor of an integer type, row-major.
     *
     * @throws SafetensorsException if there is no such tensor, its type is not an integer type of at most 63 bits
     *     magnitude, or it has more than 2^31 - 1 elements
     */
    public long[] readInt64(String name) throws IOException {
        TensorInfo tensor = info(name);
        requireType(tensor, tensor.type().isInteger(), "an integer type");
        long[] values = new long[wholeSize(tensor)];
        int width = tensor.type().width();
        ByteBuffer block = newBlock(values.length, width);
        for (int done = 0; done < values.length; ) {
            int now = Math.min(values.length - done, block.capacity() / width);
            read(tensor, block, (long) done * width, now * width);
            for (int i = 0; i < now; i++) {
                values[done + i] = tensor.type().decodeInteger(block);
            }
            done += now;
        }
        return values;
    }

    /**
     * Maps {@code length} raw bytes of a tensor, from byte {@code from} of that tensor on, into memory. The buffer is
     * read-only, direct, little-endian, and stays valid after this file is closed.
     *
     * @throws SafetensorsException if there is no such tensor
     * @throws IndexOutOfBoundsException if the tensor does not have these bytes
     */
    public ByteBuffer map(String name, long from, int length) throws IOException {
        TensorInfo tensor = info(name);
        if (from < 0 || length < 0 || from > tensor.end() - tensor.begin() - length) {
            throw new IndexOutOfBoundsException("tensor '" + name + "' has " + (tensor.end() - tensor.begin())
                    + " bytes; asked for " + length + " from byte " + from);
        }
        return channel.map(FileChannel.MapMode.READ_ONLY, dataStart + tensor.begin() + from, length)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Maps the values of tensors that lie one after the other, as one array of binary32. Nothing is read or copied. The buffer is
     * read-only, direct, little-endian, and stays valid after this file is closed; the file must not be shortened while it is in use.
     *
     * @return nothing if they do not follow each other in this order, are not all F32, do not lie at a multiple of four bytes, or are
     *     too long for one buffer
     * @throws SafetensorsException if there is no tensor of one of the names
     */
    public Optional<ByteBuffer> mapFloat32(List<String> names) throws IOException {
        long begin = info(names.get(0)).begin();
        long end = begin;
        for (String name : names) {
            TensorInfo tensor = info(name);
            if (tensor.type() != TensorType.F32 || tensor.begin() != end) {
                return Optional.empty();
            }
            end = tensor.end();
        }
        if ((dataStart + begin) % Float.BYTES != 0 || end - begin > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(channel.map(FileChannel.MapMode.READ_ONLY, dataStart + begin, end - begin)
                .order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void read(TensorInfo tensor, ByteBuffer block, long fromByte, int length) throws IOException {
        block.clear().limit(length);
        readFully(path, channel, block, dataStart + tensor.begin() + fromByte);
        block.flip();
    }

    private int wholeSize(TensorInfo tensor) throws SafetensorsException {
        if (tensor.size() > Integer.MAX_VALUE) {
            throw new SafetensorsException(path + ": tensor " + SafetensorsHeader.quote(tensor.name()) + " has "
                    + tensor.size() + " elements, too many for one array; read it in pieces");
        }
        return (int) tensor.size();
    }

    private void requireType(TensorInfo tensor, boolean usable, String wanted) throws SafetensorsException {
        if (!usable) {
            throw new SafetensorsException(path + ": tensor " + SafetensorsHeader.quote(tensor.name()) + " has type "
                    + tensor.type() + "; expected " + wanted);
        }
    }

    private static void requireRange(TensorInfo tensor, long from, int count) {
        if (from < 0 || count < 0 || from > tensor.size() - count) {
            throw new IndexOutOfBoundsException("tensor '" + tensor.name() + "' has " + tensor.size()
                    + " elements; asked for " + count + " from element " + from);
        }
    }

    private static ByteBuffer newBlock(int count, int width) {
        int bytes = (int) Math.min((long) count * width, BLOCK);
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int headerLength(Path path, FileChannel channel) throws IOException {
        if (channel.size() < LENGTH_FIELD) {
            throw new SafetensorsException(path + ": the file has only " + channel.size() + " bytes; not safetensors");
        }
        ByteBuffer field = ByteBuffer.allocate(LENGTH_FIELD).order(ByteOrder.LITTLE_ENDIAN);
        readFully(path, channel, field, 0);
        long length = field.getLong(0);
        if (!(length >= 2 && length <= MAX_HEADER_LENGTH)) {
            throw new SafetensorsException(path + ": the header must have 2 to " + MAX_HEADER_LENGTH
                    + " bytes but claims " + Long.toUnsignedString(length) + "; not safetensors");
        }
        if (length > channel.size() - LENGTH_FIELD) {
            throw new SafetensorsException(path + ": the header claims " + length + " bytes but the file has only "
                    + channel.size() + "; it is truncated");
        }
        return (int) length;
    }

    private static void readFully(Path path, FileChannel channel, ByteBuffer target, long from) throws IOException {
        long position = from;
        while (target.hasRemaining()) {
            int read = channel.read(target, position);
            if (read < 0) {
                throw new SafetensorsException(path + ": the file ends at byte " + position + "; it was truncated");
            }
            position += read;
        }
    }
}
