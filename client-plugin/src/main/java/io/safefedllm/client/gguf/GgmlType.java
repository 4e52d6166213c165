package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.probe.store.Binary16;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** How the elements of a GGUF tensor are stored: blocks of so many elements in so many bytes (LORA-TRAINER 7). */
enum GgmlType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q5_0(6, 32, 22),
    Q5_1(7, 32, 24),
    Q8_0(8, 32, 34),
    Q4_K(12, 256, 144),
    Q6_K(14, 256, 210),
    BF16(30, 1, 2);

    /** Types that exist and that nobody decodes here, so that a message can call them by name. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(9, "Q8_1"),
            Map.entry(10, "Q2_K"),
            Map.entry(11, "Q3_K"),
            Map.entry(13, "Q5_K"),
            Map.entry(15, "Q8_K"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(20, "IQ4_NL"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(23, "IQ4_XS"),
            Map.entry(29, "IQ1_M"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(39, "MXFP4"));

    private final int id;
    private final int elements;
    private final int bytes;

    GgmlType(int id, int elements, int bytes) {
        this.id = id;
        this.elements = elements;
        this.bytes = bytes;
    }

    /**
     * Finds a type by its number.
     *
     * @throws CheckpointException if it is not one that is decoded here
     */
    static GgmlType ofId(long id, String tensor) {
        for (GgmlType type : values()) {
            if (type.id == id) {
                return type;
            }
        }
        String name = id == (int) id ? OTHERS.getOrDefault((int) id, "number " + id) : "number " + id;
        throw new CheckpointException(
                "tensor '" + tensor + "' has the type " + name + ", which is not supported; known: "
                        + Arrays.stream(values()).map(GgmlType::name).collect(Collectors.joining(", ")));
    }

    /** Elements of a block. */
    int elements() {
        return elements;
    }

    /** Bytes of {@code count} elements, a multiple of the block's. */
    long byteLength(long count) {
        return Math.multiplyExact(count / elements, bytes);
    }

    /** Whether {@code count} elements, a multiple of the block's, fit in so many bytes. */
    boolean fits(long count, long available) {
        return count / elements <= available / bytes;
    }

    /** Decodes {@code count} elements, a multiple of the block's, from the beginning of little-endian {@code in}. */
    void decode(ByteBuffer in, float[] out, int count) {
        for (int block = 0; block * elements < count; block++) {
            decodeBlock(in, block * bytes, out, block * elements);
        }
    }

    /** Decodes the block that begins at byte {@code at} into {@code out} from {@code to} on. */
    private void decodeBlock(ByteBuffer in, int at, float[] out, int to) {
        switch (this) {
            case F32 -> out[to] = in.getFloat(at);
            case F16 -> out[to] = Binary16.widen(in.getShort(at));
            case BF16 -> out[to] = Float.intBitsToFloat(in.getShort(at) << 16);
            case Q4_0 -> SmallBlocks.q40(in, at, out, to);
            case Q4_1 -> SmallBlocks.q41(in, at, out, to);
            case Q5_0 -> SmallBlocks.q50(in, at, out, to);
            case Q5_1 -> SmallBlocks.q51(in, at, out, to);
            case Q8_0 -> SmallBlocks.q80(in, at, out, to);
            case Q4_K -> SuperBlocks.q4k(in, at, out, to);
            case Q6_K -> SuperBlocks.q6k(in, at, out, to);
        }
    }
}
