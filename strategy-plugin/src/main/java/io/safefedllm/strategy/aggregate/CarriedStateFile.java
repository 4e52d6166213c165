package io.safefedllm.strategy.aggregate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.probe.store.AtomicFile;
import io.safefedllm.probe.store.SafetensorsException;
import io.safefedllm.probe.store.SafetensorsFile;
import io.safefedllm.probe.store.TensorInfo;
import io.safefedllm.probe.store.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a {@link CarriedState} as a safetensors file of F64 tensors, one a name; every value comes back to the bit
 * (SF-7.11).
 */
public final class CarriedStateFile {
    private static final int ALIGNMENT = 8;
    private static final int BLOCK_ELEMENTS = 1 << 17;

    private CarriedStateFile() {}

    /**
     * Replaces or creates {@code target} in one step ({@link AtomicFile}). The same state gives the same bytes.
     *
     * @throws IOException if writing fails; an older file is then as it was
     */
    public static void write(Path target, CarriedState state) throws IOException {
        byte[] header = header(state);
        AtomicFile.write(target, channel -> {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            drain(channel, length.putLong(header.length).flip());
            drain(channel, ByteBuffer.wrap(header));
            for (String name : state.names()) {
                writeValues(channel, state.get(name).orElseThrow());
            }
        });
    }

    private static byte[] header(CarriedState state) throws IOException {
        Map<String, Object> tensors = new LinkedHashMap<>();
        long end = 0;
        for (String name : state.names()) {
            int count = state.get(name).orElseThrow().length;
            long begin = end;
            end += (long) count * Double.BYTES;
            Map<String, Object> tensor = new LinkedHashMap<>();
            tensor.put("dtype", TensorType.F64.name());
            tensor.put("shape", List.of(count));
            tensor.put("data_offsets", List.of(begin, end));
            tensors.put(name, tensor);
        }
        String json = new JsonMapper().writeValueAsString(tensors);
        int padded = (json.length() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return (json + " ".repeat(padded - json.length())).getBytes(StandardCharsets.US_ASCII);
    }

    private static void writeValues(FileChannel channel, double[] values) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_ELEMENTS * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < values.length; from += BLOCK_ELEMENTS) {
            int count = Math.min(BLOCK_ELEMENTS, values.length - from);
            block.clear();
            block.asDoubleBuffer().put(values, from, count);
            drain(channel, block.limit(count * Double.BYTES));
        }
    }

    private static void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Reads a state back.
     *
     * @throws SafetensorsException if the file is malformed
     * @throws IOException if it cannot be read, or holds another type than F64
     */
    public static CarriedState read(Path source) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(source)) {
            CarriedState state = CarriedState.empty();
            for (String name : file.names()) {
                state = state.with(name, values(source, file, name));
            }
            return state;
        }
    }

    private static double[] values(Path source, SafetensorsFile file, String name) throws IOException {
        TensorInfo info = file.info(name);
        if (info.type() != TensorType.F64 || info.size() > Integer.MAX_VALUE) {
            throw new IOException(source + ": tensor '" + name + "' has type " + info.type() + " and " + info.size()
                    + " elements; expected F64 and at most 2147483647");
        }
        double[] values = new double[(int) info.size()];
        for (int from = 0; from < values.length; from += BLOCK_ELEMENTS) {
            int count = Math.min(BLOCK_ELEMENTS, values.length - from);
            file.map(name, (long) from * Double.BYTES, count * Double.BYTES)
                    .asDoubleBuffer()
                    .get(values, from, count);
        }
        return values;
    }
}
