package io.safefedllm.probe.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes float tensors as a safetensors file. */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final int BLOCK_ELEMENTS = 1 << 18;

    private SafetensorsWriter() {}

    /**
     * Replaces or creates {@code target} in one step ({@link AtomicFile}). Tensors keep the order of the list; the header
     * is padded with spaces so that the data start at a multiple of 8. The same arguments give the same bytes. PEFT and
     * transformers expect the metadata {@code {"format": "pt"}}.
     *
     * @throws IllegalArgumentException if a name appears twice
     * @throws IOException if writing fails; an older file is then as it was
     */
    public static void write(Path target, List<NamedTensor> tensors, Map<String, String> metadata) throws IOException {
        stream(target, tensors.stream().map(TensorStream::of).toList(), metadata);
    }

    /**
     * Writes as {@link #write} does, holding at most a few megabytes of values at a time.
     *
     * @throws IllegalArgumentException if a name appears twice
     * @throws IOException if reading a piece or writing fails; an older file is then as it was
     */
    public static void stream(Path target, List<TensorStream> tensors, Map<String, String> metadata)
            throws IOException {
        byte[] header = header(tensors, metadata);
        AtomicFile.write(target, channel -> {
            writeFully(channel, ByteBuffer.wrap(header));
            float[] values = new float[BLOCK_ELEMENTS];
            ByteBuffer block = ByteBuffer.allocate(BLOCK_ELEMENTS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (TensorStream tensor : tensors) {
                writeValues(channel, tensor, values, block);
            }
        });
    }

    private static void writeValues(FileChannel channel, TensorStream tensor, float[] values, ByteBuffer block)
            throws IOException {
        long size = tensor.size();
        for (long from = 0; from < size; from += BLOCK_ELEMENTS) {
            int count = (int) Math.min(BLOCK_ELEMENTS, size - from);
            tensor.values().read(from, FloatBuffer.wrap(values, 0, count));
            block.clear();
            tensor.type().encode(values, count, block);
            writeFully(channel, block.flip());
        }
    }

    private static byte[] header(List<TensorStream> tensors, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
            generator.writeStartObject();
            if (!metadata.isEmpty()) {
                writeMetadata(generator, metadata);
            }
            writeTensors(generator, tensors);
            generator.writeEndObject();
        }
        int length = (json.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] header = new byte[Long.BYTES + length];
        Arrays.fill(header, (byte) ' ');
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json.toString(StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
        return header;
    }

    private static void writeMetadata(JsonGenerator generator, Map<String, String> metadata) throws IOException {
        generator.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
            generator.writeStringField(entry.getKey(), entry.getValue());
        }
        generator.writeEndObject();
    }

    private static void writeTensors(JsonGenerator generator, List<TensorStream> tensors) throws IOException {
        Set<String> names = new HashSet<>();
        long position = 0;
        for (TensorStream tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("tensor '" + tensor.name() + "' is to be written twice");
            }
            long end = Math.addExact(position, tensor.byteLength());
            generator.writeObjectFieldStart(tensor.name());
            generator.writeStringField("dtype", tensor.type().name());
            generator.writeArrayFieldStart("shape");
            for (int dimension : tensor.shape()) {
                generator.writeNumber(dimension);
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("data_offsets");
            generator.writeNumber(position);
            generator.writeNumber(end);
            generator.writeEndArray();
            generator.writeEndObject();
            position = end;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
