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

/** Writes binary32 tensors as a safetensors file. */
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
        byte[] header = header(tensors, metadata);
        AtomicFile.write(target, channel -> {
            writeFully(channel, ByteBuffer.wrap(header));
            ByteBuffer block = ByteBuffer.allocate(BLOCK_ELEMENTS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (NamedTensor tensor : tensors) {
                writeValues(channel, tensor.values().duplicate(), block);
            }
        });
    }

    private static void writeValues(FileChannel channel, FloatBuffer values, ByteBuffer block) throws IOException {
        int end = values.limit();
        while (values.position() < end) {
            int now = Math.min(end - values.position(), BLOCK_ELEMENTS);
            values.limit(values.position() + now);
            block.clear();
            block.asFloatBuffer().put(values);
            writeFully(channel, block.limit(now * Float.BYTES));
            values.limit(end);
        }
    }

    private static byte[] header(List<NamedTensor> tensors, Map<String, String> metadata) throws IOException {
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

    private static void writeTensors(JsonGenerator generator, List<NamedTensor> tensors) throws IOException {
        Set<String> names = new HashSet<>();
        long position = 0;
        for (NamedTensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("tensor '" + tensor.name() + "' is to be written twice");
            }
            long end = position + (long) tensor.values().remaining() * Float.BYTES;
            generator.writeObjectFieldStart(tensor.name());
            generator.writeStringField("dtype", TensorType.F32.name());
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
