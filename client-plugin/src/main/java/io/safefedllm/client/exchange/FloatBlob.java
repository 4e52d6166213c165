package io.safefedllm.client.exchange;

import io.safefedllm.flower.record.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Floats as bytes: little-endian binary32, four bytes a value. */
final class FloatBlob {
    private FloatBlob() {}

    static Bytes of(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return Bytes.copyOf(buffer.array());
    }

    /**
     * Reads {@code count} values.
     *
     * @param what names the blob in the message of the exception
     * @throws IllegalArgumentException if there are more or fewer bytes
     */
    static float[] read(Bytes blob, int count, String what) {
        if (blob.size() != (long) count * Float.BYTES) {
            throw new IllegalArgumentException(
                    what + " must hold " + count + " float32 values but has " + blob.size() + " bytes");
        }
        float[] values = new float[count];
        ByteBuffer.wrap(blob.toArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
