package io.safefedllm.flower.record;

import java.util.Optional;

/**
 * The element types of {@code .npy} files that can be read: those that NumPy itself has and that are plain numbers.
 *
 * <p>There is no bfloat16: NumPy stores it as void, so it cannot travel. Send float32.
 */
public enum NumpyType {
    BOOL("bool", "b1", 1),
    INT8("int8", "i1", 1),
    UINT8("uint8", "u1", 1),
    INT16("int16", "i2", 2),
    UINT16("uint16", "u2", 2),
    INT32("int32", "i4", 4),
    UINT32("uint32", "u4", 4),
    INT64("int64", "i8", 8),
    UINT64("uint64", "u8", 8),
    FLOAT16("float16", "f2", 2),
    FLOAT32("float32", "f4", 4),
    FLOAT64("float64", "f8", 8);

    private final String numpyName;
    private final String code;
    private final int itemSize;

    NumpyType(String numpyName, String code, int itemSize) {
        this.numpyName = numpyName;
        this.code = code;
        this.itemSize = itemSize;
    }

    /** Returns NumPy's name, for example {@code float32}. */
    public String numpyName() {
        return numpyName;
    }

    /** Returns the bytes that one element takes. */
    public int itemSize() {
        return itemSize;
    }

    /** Returns the descriptor of little-endian data, for example {@code <f4}, {@code |b1}. */
    public String descr() {
        return (itemSize == 1 ? "|" : "<") + code;
    }

    /** Returns whether the elements are floating point numbers. */
    public boolean isFloating() {
        return this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
    }

    /** Returns the type with {@code code}, the descriptor without its byte order. */
    static Optional<NumpyType> ofCode(String code) {
        for (NumpyType type : values()) {
            if (type.code.equals(code)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
