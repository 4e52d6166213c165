package io.safefedllm.flower.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The arrays of {@code objects.json}, rebuilt from the words that describe them. */
public final class GoldenArrays {
    private static final int LARGE = 4_000_000;

    private static final Map<String, Supplier<Array>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("array_f32_2x2", GoldenArrays::twoByTwo);
        BY_NAME.put("array_f32_0d", () -> Array.ofFloat32(new int[] {}, 1.5f));
        BY_NAME.put("array_f32_1", GoldenArrays::single);
        BY_NAME.put("array_f32_empty_0", () -> Array.ofFloat32(new int[] {0}));
        BY_NAME.put("array_f32_empty_0x3", () -> Array.ofFloat32(new int[] {0, 3}));
        BY_NAME.put("array_f32_fortran_2x3", () -> fortran(List.of(2, 3), 1, 4, 2, 5, 3, 6));
        BY_NAME.put("array_f32_transposed_3x2", () -> fortran(List.of(3, 2), 1, 2, 3, 4, 5, 6));
        BY_NAME.put("array_f32_strided", () -> Array.ofFloat32(new int[] {5}, 0, 2, 4, 6, 8));
        BY_NAME.put(
                "array_f32_special",
                () -> Array.ofFloat32(
                        new int[] {5},
                        Float.NaN,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        -0.0f,
                        Float.MIN_VALUE));
        BY_NAME.put("array_f32_4d", () -> Array.ofFloat32(new int[] {1, 2, 3, 4}, counting(24, 24)));
        BY_NAME.put("array_f32_long_axis", () -> Array.ofFloat32(new int[] {3, 1}, new float[3]));
        BY_NAME.put(
                "array_f16",
                () -> npy("float16", "<f2", List.of(2), 4, data -> data.putShort((short) 0x3e00)
                        .putShort((short) 0xc000)));
        BY_NAME.put("array_f64", () -> Array.ofFloat64(new int[] {2}, 0.1, -2));
        BY_NAME.put(
                "array_f32_big_endian",
                () -> npy(">f4", ">f4", List.of(2), 8, data -> data.order(ByteOrder.BIG_ENDIAN)
                        .putFloat(1)
                        .putFloat(2)));
        BY_NAME.put("array_i64", () -> Array.ofInt64(new int[] {3}, -1, 0, 1L << 62));
        BY_NAME.put("array_i32", () -> Array.ofInt32(new int[] {1, 2}, 7, -8));
        BY_NAME.put(
                "array_u8",
                () -> npy("uint8", "|u1", List.of(2), 2, data -> data.put((byte) 0)
                        .put((byte) 255)));
        BY_NAME.put(
                "array_bool",
                () -> npy(
                        "bool", "|b1", List.of(2), 2, data -> data.put((byte) 1).put((byte) 0)));
        BY_NAME.put("array_f32_4000000", () -> Array.ofFloat32(new int[] {LARGE}, counting(LARGE, 1000)));
        BY_NAME.put("array_f32_zeros_4000000", () -> Array.ofFloat32(new int[] {LARGE}, new float[LARGE]));
        BY_NAME.put("array_raw_empty", () -> Array.of("", new int[] {}, Array.NUMPY_STYPE, new byte[] {}));
        BY_NAME.put(
                "array_bf16_ml_dtypes",
                () -> npy("bfloat16", "<V2", List.of(2), 4, data -> data.putShort((short) 0x3fc0)
                        .putShort((short) 0xc000)));
    }

    private GoldenArrays() {}

    /** Returns the names of the cases. */
    public static Set<String> names() {
        return BY_NAME.keySet();
    }

    /** Returns a new array of the case {@code name}. */
    public static Array named(String name) {
        return Objects.requireNonNull(BY_NAME.get(name), name).get();
    }

    /** Returns float32 [[1, 2], [3, 4]]. */
    public static Array twoByTwo() {
        return Array.ofFloat32(new int[] {2, 2}, 1, 2, 3, 4);
    }

    /** Returns float32 [2.5]. */
    public static Array single() {
        return Array.ofFloat32(new int[] {1}, 2.5f);
    }

    private static Array fortran(List<Integer> shape, float... inFileOrder) {
        byte[] header = new NpyHeader("<f4", true, shape).encode();
        ByteBuffer npy =
                ByteBuffer.allocate(header.length + 4 * inFileOrder.length).order(ByteOrder.LITTLE_ENDIAN);
        npy.put(header);
        for (float value : inFileOrder) {
            npy.putFloat(value);
        }
        return labelled("float32", shape, npy.array());
    }

    /** Returns an array with any descriptor; {@code fill} gets a little-endian buffer of {@code size} bytes. */
    static Array npy(String dtype, String descr, List<Integer> shape, int size, Consumer<ByteBuffer> fill) {
        byte[] header = new NpyHeader(descr, false, shape).encode();
        byte[] npy = Arrays.copyOf(header, header.length + size);
        fill.accept(ByteBuffer.wrap(npy, header.length, size).slice().order(ByteOrder.LITTLE_ENDIAN));
        return labelled(dtype, shape, npy);
    }

    private static Array labelled(String dtype, List<Integer> shape, byte[] npy) {
        return Array.of(dtype, shape.stream().mapToInt(Integer::intValue).toArray(), Array.NUMPY_STYPE, npy);
    }

    private static float[] counting(int size, int modulus) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i % modulus;
        }
        return values;
    }
}
