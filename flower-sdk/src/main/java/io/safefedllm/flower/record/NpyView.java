package io.safefedllm.flower.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers of a {@code .npy} file: element type and shape from its header, elements in C order (last axis fastest),
 * whatever order and byte order the file has.
 *
 * <p>Immutable and thread-safe. Making a view costs the parsing of the header; the elements are read when asked for.
 */
public final class NpyView {
    private static final int QUOTED = 40;

    private final NumpyType type;
    private final int[] shape;
    private final boolean fortranOrder;
    private final ByteBuffer data;
    private final int count;

    private NpyView(NumpyType type, NpyHeader header, ByteBuffer data, int count) {
        this.type = type;
        this.shape = header.shape().stream().mapToInt(Integer::intValue).toArray();
        this.fortranOrder = header.fortranOrder();
        this.data = data;
        this.count = count;
    }

    /** Reads the header and checks that the data is exactly as long as it says. The bytes are shared. */
    static NpyView of(byte[] npy) throws FormatException {
        int offset = NpyParser.dataOffset(npy);
        NpyHeader header = NpyParser.parse(npy, offset);
        NumpyType type = typeOf(header.descr());
        long count = count(header.shape());
        if (count > Integer.MAX_VALUE || count * type.itemSize() != npy.length - offset) {
            throw new FormatException(".npy data has " + (npy.length - offset) + " bytes, but " + type.numpyName()
                    + " of shape " + header.shape() + " takes another number");
        }
        ByteOrder order = header.descr().startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer data =
                ByteBuffer.wrap(npy, offset, npy.length - offset).slice().asReadOnlyBuffer();
        return new NpyView(type, header, data.order(order), (int) count);
    }

    private static NumpyType typeOf(String descr) throws FormatException {
        String order = descr.isEmpty() ? "" : descr.substring(0, 1);
        NumpyType type = NumpyType.ofCode(descr.substring(order.length())).orElse(null);
        boolean known = type != null && (type.itemSize() == 1 ? "|<>".contains(order) : "<>".contains(order));
        if (type == null || !known || order.isEmpty()) {
            String head = descr.length() > QUOTED ? descr.substring(0, QUOTED) + "…" : descr;
            String shown = head.replaceAll("\\p{Cntrl}", "?");
            throw new FormatException("cannot read .npy elements of type '" + shown
                    + "'; send float32, or another plain number type of NumPy");
        }
        return type;
    }

    /** Returns the number of elements, or a value above {@link Integer#MAX_VALUE} if there are too many. */
    private static long count(List<Integer> shape) {
        if (shape.contains(0)) {
            return 0;
        }
        long count = 1;
        for (int size : shape) {
            count *= size;
            if (count > Integer.MAX_VALUE) {
                return Long.MAX_VALUE;
            }
        }
        return count;
    }

    /** Returns the element type. */
    public NumpyType type() {
        return type;
    }

    /** Returns a copy of the axis lengths; empty for a scalar. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns the number of elements, at least 0. */
    public int size() {
        return count;
    }

    /** Returns whether the file holds the elements column-major; the methods of this class reorder them. */
    public boolean isFortranOrder() {
        return fortranOrder;
    }

    /**
     * Returns the elements as float32; float16 is widened exactly, NaN payloads of float32 are kept.
     *
     * @throws FormatException if the elements are neither float32 nor float16
     */
    public float[] toFloat32() throws FormatException {
        float[] values = new float[count];
        if (type == NumpyType.FLOAT32 && !fortranOrder) {
            data.duplicate().order(data.order()).asFloatBuffer().get(values);
            return values;
        }
        requireOneOf("float32", NumpyType.FLOAT32, NumpyType.FLOAT16);
        Walk walk = new Walk();
        for (int i = 0; i < count; i++) {
            int at = walk.next();
            values[i] = type == NumpyType.FLOAT32 ? data.getFloat(4 * at) : float16(data.getShort(2 * at));
        }
        return values;
    }

    /**
     * Returns the elements as float64; the narrower floating types are widened exactly.
     *
     * @throws FormatException if the elements are not floating point numbers
     */
    public double[] toFloat64() throws FormatException {
        requireOneOf("float64", NumpyType.FLOAT64, NumpyType.FLOAT32, NumpyType.FLOAT16);
        double[] values = new double[count];
        Walk walk = new Walk();
        for (int i = 0; i < count; i++) {
            int at = walk.next();
            values[i] = switch (type) {
                case FLOAT64 -> data.getDouble(8 * at);
                case FLOAT32 -> data.getFloat(4 * at);
                default -> float16(data.getShort(2 * at));
            };
        }
        return values;
    }

    /**
     * Returns the elements as int64; narrower types are widened, false and true give 0 and 1.
     *
     * @throws FormatException if the elements are floating point numbers, or a uint64 is above 2^63 - 1
     */
    public long[] toInt64() throws FormatException {
        if (type.isFloating()) {
            throw mismatch("int64");
        }
        long[] values = new long[count];
        Walk walk = new Walk();
        for (int i = 0; i < count; i++) {
            values[i] = integer(walk.next());
        }
        return values;
    }

    private long integer(int at) throws FormatException {
        return switch (type) {
            case INT8 -> data.get(at);
            case UINT8 -> data.get(at) & 0xff;
            case INT16 -> data.getShort(2 * at);
            case UINT16 -> data.getShort(2 * at) & 0xffff;
            case INT32 -> data.getInt(4 * at);
            case UINT32 -> data.getInt(4 * at) & 0xffff_ffffL;
            case INT64 -> data.getLong(8 * at);
            case UINT64 -> signed(data.getLong(8 * at));
            default -> data.get(at) == 0 ? 0 : 1;
        };
    }

    private static long signed(long bits) throws FormatException {
        if (bits < 0) {
            throw new FormatException("uint64 element " + Long.toUnsignedString(bits) + " is above 2^63 - 1");
        }
        return bits;
    }

    private void requireOneOf(String wanted, NumpyType... types) throws FormatException {
        if (!Arrays.asList(types).contains(type)) {
            throw mismatch(wanted);
        }
    }

    private FormatException mismatch(String wanted) {
        return new FormatException("elements of type " + type.numpyName() + " cannot be read as " + wanted);
    }

    /** Widens IEEE 754 binary16. {@code Float.float16ToFloat} came with Java 20. */
    private static float float16(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude =
                switch (exponent) {
                    case 0 -> fraction * 0x1p-24f;
                    case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
                };
        return bits < 0 ? -magnitude : magnitude;
    }

    /** Gives the positions in the file of the elements in C order. */
    private final class Walk {
        private final int[] strides = new int[shape.length];
        private final int[] index = new int[shape.length];
        private int position = -1;

        Walk() {
            int stride = 1;
            for (int axis = 0; fortranOrder && axis < shape.length; axis++) {
                strides[axis] = stride;
                stride *= shape[axis];
            }
        }

        int next() {
            if (!fortranOrder || position < 0) {
                return ++position;
            }
            int axis = shape.length - 1;
            while (axis >= 0 && ++index[axis] == shape[axis]) {
                position -= (shape[axis] - 1) * strides[axis];
                index[axis--] = 0;
            }
            if (axis >= 0) {
                position += strides[axis];
            }
            return position;
        }
    }
}
