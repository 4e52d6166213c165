package io.safefedllm.probe.store;

import java.nio.ByteBuffer;

/** Element types of safetensors files. All of them are recognised in a header; not all can be read as numbers. */
public enum TensorType {
    /** IEEE binary64. */
    F64(8),
    /** IEEE binary32. */
    F32(4),
    /** IEEE binary16. */
    F16(2),
    /** The upper half of a binary32. */
    BF16(2),
    /** Eight-bit float, 5 bits of exponent. */
    F8_E5M2(1),
    /** Eight-bit float, 4 bits of exponent. */
    F8_E4M3(1),
    /** Signed 64-bit integer. */
    I64(8),
    /** Signed 32-bit integer. */
    I32(4),
    /** Signed 16-bit integer. */
    I16(2),
    /** Signed 8-bit integer. */
    I8(1),
    /** Unsigned 64-bit integer. */
    U64(8),
    /** Unsigned 32-bit integer. */
    U32(4),
    /** Unsigned 16-bit integer. */
    U16(2),
    /** Unsigned 8-bit integer. */
    U8(1),
    /** One byte, 0 or 1. */
    BOOL(1);

    private final int width;

    TensorType(int width) {
        this.width = width;
    }

    /** Returns the number of bytes of one element. */
    public int width() {
        return width;
    }

    /** Returns whether elements can be read as binary32: F32, F16 and BF16 exactly, F64 rounded to nearest. */
    public boolean isFloat() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    /** Returns whether elements can be read as signed 64-bit integers without loss. */
    public boolean isInteger() {
        return switch (this) {
            case I64, I32, I16, I8, U32, U16, U8, BOOL -> true;
            default -> false;
        };
    }

    /** Decodes the elements of {@code bytes} (little-endian) into {@code target} from position {@code at} on. */
    void decode(ByteBuffer bytes, float[] target, int at) {
        int count = bytes.remaining() / width;
        switch (this) {
            case F32 -> bytes.asFloatBuffer().get(target, at, count);
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = (float) bytes.getDouble();
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = Binary16.widen(bytes.getShort());
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = Float.intBitsToFloat(bytes.getShort() << 16);
                }
            }
            default -> throw new IllegalStateException(this + " must not be read as float");
        }
    }

    /** Encodes the first {@code count} of {@code values}, rounded to nearest, at the position of {@code bytes} (little-endian). */
    void encode(float[] values, int count, ByteBuffer bytes) {
        switch (this) {
            case F32 -> {
                bytes.asFloatBuffer().put(values, 0, count);
                bytes.position(bytes.position() + count * width);
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    bytes.putShort(Binary16.narrow(values[i]));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    bytes.putShort(narrowToBrain(values[i]));
                }
            }
            default -> throw new IllegalStateException(this + " must not be written as float");
        }
    }

    private static short narrowToBrain(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    /** Decodes one integer at the buffer's position. */
    long decodeInteger(ByteBuffer bytes) {
        return switch (this) {
            case I64 -> bytes.getLong();
            case I32 -> bytes.getInt();
            case I16 -> bytes.getShort();
            case I8 -> bytes.get();
            case U32 -> Integer.toUnsignedLong(bytes.getInt());
            case U16 -> Short.toUnsignedLong(bytes.getShort());
            case U8, BOOL -> Byte.toUnsignedLong(bytes.get());
            default -> throw new IllegalStateException(this + " must not be read as integer");
        };
    }
}
