package io.safefedllm.flower.object;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name of an object: SHA-256 over all its bytes, as 64 lower-case hexadecimal digits. */
public final class ObjectId {
    private static final int DIGITS = 64;

    private ObjectId() {}

    /** Returns the id of the object with these bytes. */
    public static String of(byte[] object) {
        return of(ByteBuffer.wrap(object));
    }

    /** Returns the id of the object whose bytes are the concatenation of {@code parts}; their positions are kept. */
    static String of(ByteBuffer... parts) {
        MessageDigest digest = sha256();
        for (ByteBuffer part : parts) {
            digest.update(part.duplicate());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns whether {@code text} has the form of an id. */
    public static boolean isValid(String text) {
        return text.length() == DIGITS && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
