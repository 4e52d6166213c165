package io.safefedllm.flower.link.key;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Reads the few forms of DER that keys need. Every read is bounded by the value that it is in. */
final class Der {

    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    /** The tag of the n-th optional value of a structure. */
    static final int OPTIONAL = 0xA0;

    private static final int LONG_FORM = 0x80;
    private static final int LONGEST_LENGTH = 2;

    private final ByteBuffer bytes;
    private final String file;

    Der(byte[] bytes, String file) {
        this(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), file);
    }

    private Der(ByteBuffer bytes, String file) {
        this.bytes = bytes;
        this.file = file;
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    /** Returns whether the next value has the tag. */
    boolean isNext(int tag) {
        return hasMore() && Byte.toUnsignedInt(bytes.get(bytes.position())) == tag;
    }

    /** Returns the inside of the next value, which must have the tag. */
    Der enter(int tag) {
        try {
            if (Byte.toUnsignedInt(bytes.get()) != tag) {
                throw damaged();
            }
            int length = length();
            Der inside = new Der(bytes.slice(bytes.position(), length), file);
            bytes.position(bytes.position() + length);
            return inside;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw damaged();
        }
    }

    /** Returns the content of the next value, which must have the tag. */
    byte[] read(int tag) {
        return enter(tag).rest();
    }

    /** Skips the next value, whatever it is. */
    void skip() {
        if (!hasMore()) {
            throw damaged();
        }
        enter(Byte.toUnsignedInt(bytes.get(bytes.position())));
    }

    byte[] rest() {
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return rest;
    }

    KeyFileException damaged() {
        return new KeyFileException(file + " is damaged: its key is not in DER form; take another copy of it");
    }

    private int length() {
        int first = Byte.toUnsignedInt(bytes.get());
        if (first < LONG_FORM) {
            return first;
        }
        int count = first - LONG_FORM;
        if (count == 0 || count > LONGEST_LENGTH) {
            throw damaged();
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | Byte.toUnsignedInt(bytes.get());
        }
        return length;
    }
}
