package io.safefedllm.lab.attack;

import io.safefedllm.probe.lora.AdapterLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The bytes of one step in an evidence record: little-endian binary32, tensor after tensor. */
final class StepBytes {
    private StepBytes() {}

    /** Returns the bytes with {@code value} in the first element, or in all. */
    static byte[] filled(byte[] bytes, boolean first, float value) {
        byte[] copy = bytes.clone();
        FloatBuffer floats = floats(copy);
        int count = first ? Math.min(1, floats.limit()) : floats.limit();
        for (int i = 0; i < count; i++) {
            floats.put(i, value);
        }
        return copy;
    }

    /** Returns the bytes with zeros for every tensor of {@code names}. */
    static byte[] zeroed(byte[] bytes, List<?> keys, AdapterLayout layout, Set<String> names) {
        byte[] copy = bytes.clone();
        int from = 0;
        for (Object key : keys) {
            String name = String.valueOf(key);
            int length = layout.contains(name) ? layout.tensor(name).size() * Float.BYTES : 0;
            int to = Math.min(copy.length, from + length);
            if (names.contains(name)) {
                Arrays.fill(copy, from, to, (byte) 0);
            }
            from = to;
        }
        return copy;
    }

    private static FloatBuffer floats(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
