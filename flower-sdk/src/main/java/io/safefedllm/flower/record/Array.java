package io.safefedllm.flower.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * An immutable n-dimensional array as Flower sends it: the bytes of a {@code .npy} file and a label (dtype, shape, stype).
 *
 * <p>The label is what the sender says; readers go by the header inside the {@code .npy} bytes, as Flower's do. Use {@link
 * #decode()} or {@link #toFloat32()} for the numbers and never trust the label of a peer. An array without any bytes is
 * legal: it is how the older API says "no parameters".
 */
public final class Array {
    /** The only serialisation type that Flower knows. */
    public static final String NUMPY_STYPE = "numpy.ndarray";

    private final String dtype;
    private final int[] shape;
    private final String stype;
    private final byte[] npy;

    private Array(String dtype, int[] shape, String stype, byte[] npy) {
        for (int size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("shape must not be negative but was " + Arrays.toString(shape));
            }
        }
        this.dtype = dtype;
        this.shape = shape;
        this.stype = stype;
        this.npy = npy;
    }

    /**
     * Returns an array with the given label and a copy of the bytes {@code npy}, which are not looked into.
     *
     * @throws IllegalArgumentException if a size of {@code shape} is negative
     */
    public static Array of(String dtype, int[] shape, String stype, byte[] npy) {
        return new Array(dtype, shape.clone(), stype, npy.clone());
    }

    /** Like {@link #of}, without the copy: {@code npy} belongs to the array from here on and must not be changed. */
    public static Array adopt(String dtype, int[] shape, String stype, byte[] npy) {
        return new Array(dtype, shape.clone(), stype, npy);
    }

    /**
     * Returns a float32 array of {@code values} in C order (last axis fastest); shape {@code []} is a scalar.
     *
     * @throws IllegalArgumentException if {@code shape} does not have as many elements as there are values
     */
    public static Array ofFloat32(int[] shape, float... values) {
        byte[] npy = blank(NumpyType.FLOAT32, shape, values.length);
        tail(npy, Float.BYTES * values.length).asFloatBuffer().put(values);
        return adopt(NumpyType.FLOAT32.numpyName(), shape, NUMPY_STYPE, npy);
    }

    /** Like {@link #ofFloat32} with float64. */
    public static Array ofFloat64(int[] shape, double... values) {
        byte[] npy = blank(NumpyType.FLOAT64, shape, values.length);
        tail(npy, Double.BYTES * values.length).asDoubleBuffer().put(values);
        return adopt(NumpyType.FLOAT64.numpyName(), shape, NUMPY_STYPE, npy);
    }

    /** Like {@link #ofFloat32} with int32. */
    public static Array ofInt32(int[] shape, int... values) {
        byte[] npy = blank(NumpyType.INT32, shape, values.length);
        tail(npy, Integer.BYTES * values.length).asIntBuffer().put(values);
        return adopt(NumpyType.INT32.numpyName(), shape, NUMPY_STYPE, npy);
    }

    /** Like {@link #ofFloat32} with int64. */
    public static Array ofInt64(int[] shape, long... values) {
        byte[] npy = blank(NumpyType.INT64, shape, values.length);
        tail(npy, Long.BYTES * values.length).asLongBuffer().put(values);
        return adopt(NumpyType.INT64.numpyName(), shape, NUMPY_STYPE, npy);
    }

    /** Returns the header of an array followed by zeros. */
    private static byte[] blank(NumpyType type, int[] shape, int count) {
        long expected = 1;
        for (int size : shape) {
            expected = Math.multiplyExact(expected, size);
        }
        if (expected != count) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has " + expected
                    + " elements, but there are " + count + " values");
        }
        byte[] header = new NpyHeader(type.descr(), false, asList(shape)).encode();
        return Arrays.copyOf(header, Math.addExact(header.length, Math.multiplyExact(count, type.itemSize())));
    }

    private static ByteBuffer tail(byte[] npy, int length) {
        return ByteBuffer.wrap(npy, npy.length - length, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<Integer> asList(int[] shape) {
        return Arrays.stream(shape).boxed().toList();
    }

    /** Returns the element type as the sender labelled it, for example {@code float32}, {@code >f4} or nothing. */
    public String dtype() {
        return dtype;
    }

    /** Returns a copy of the shape as the sender labelled it. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns the serialisation type, {@value #NUMPY_STYPE} from any known sender. */
    public String stype() {
        return stype;
    }

    /** Returns a copy of the {@code .npy} bytes. */
    public byte[] toNpy() {
        return npy.clone();
    }

    /** Returns a read-only view of the {@code .npy} bytes. */
    public ByteBuffer npyBuffer() {
        return ByteBuffer.wrap(npy).asReadOnlyBuffer();
    }

    /** Returns the number of {@code .npy} bytes. */
    public int npyLength() {
        return npy.length;
    }

    /**
     * Reads the {@code .npy} header and returns a view of the numbers; the view shares the bytes.
     *
     * @throws FormatException if the bytes are not a {@code .npy} file of version 1 to 3 with a type of {@link NumpyType},
     *     or the data is not exactly as long as type and shape say
     */
    public NpyView decode() throws FormatException {
        return NpyView.of(npy);
    }

    /**
     * Returns the numbers in C order; float16 is widened, either byte order is read.
     *
     * @throws FormatException as {@link #decode()}, or if the elements are not float32 or float16
     */
    public float[] toFloat32() throws FormatException {
        return decode().toFloat32();
    }

    /** Returns whether label and bytes are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Array that
                && dtype.equals(that.dtype)
                && stype.equals(that.stype)
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(npy, that.npy);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(npy) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return "Array[" + dtype + " " + Arrays.toString(shape) + ", " + npy.length + " bytes]";
    }
}
