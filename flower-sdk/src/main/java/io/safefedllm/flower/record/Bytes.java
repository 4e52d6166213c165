package io.safefedllm.flower.record;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable byte string, equal by content. */
public final class Bytes {
    private static final int SHOWN = 16;

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Returns a byte string with a copy of {@code content}. */
    public static Bytes copyOf(byte[] content) {
        return new Bytes(content.clone());
    }

    /** Returns the number of bytes. */
    public int size() {
        return content.length;
    }

    /** Returns the byte at {@code index}; an index outside [0, size) gives {@link IndexOutOfBoundsException}. */
    public byte at(int index) {
        return content[index];
    }

    /** Returns a copy of the content. */
    public byte[] toArray() {
        return content.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Returns the size and the first bytes in hexadecimal. */
    @Override
    public String toString() {
        String head = HexFormat.of().formatHex(content, 0, Math.min(SHOWN, content.length));
        return "Bytes[" + content.length + ": " + head + (content.length > SHOWN ? "…]" : "]");
    }
}
