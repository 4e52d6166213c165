package io.safefedllm.flower.link.key;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;

/**
 * The files of OpenSSH, which Flower's own programs take: {@code openssh-key-v1} for the private key, one line for the public one.
 *
 * <p>Reads strictly: the two check numbers must be equal, the two public keys too, the padding must be 1, 2, 3 and so on, and nothing may
 * follow.
 */
final class OpenSshKey {

    static final String LABEL = "OPENSSH PRIVATE KEY";

    private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final String NONE = "none";
    private static final String TYPE = "ecdsa-sha2-nistp384";
    private static final String CURVE = "nistp384";
    private static final int BLOCK_BYTES = 8;
    private static final int COLUMNS = 70;

    private OpenSshKey() {}

    static KeyPair read(byte[] content, String file) {
        SshBuffer outside = new SshBuffer(content, file);
        if (!Arrays.equals(outside.take(Math.min(MAGIC.length, content.length)), MAGIC)) {
            throw outside.damaged();
        }
        String cipher = outside.text();
        String derivation = outside.text();
        outside.string();
        if (!cipher.equals(NONE) || !derivation.equals(NONE)) {
            throw KeyFiles.encrypted(file);
        }
        if (outside.uint32() != 1) {
            throw new KeyFileException(file + " holds more than one key; keep one key in a file");
        }
        byte[] publicKey = outside.string();
        byte[] inside = outside.string();
        if (outside.rest().length > 0 || inside.length % BLOCK_BYTES != 0) {
            throw outside.damaged();
        }
        return inside(new SshBuffer(inside, file), publicKey, file);
    }

    private static KeyPair inside(SshBuffer inside, byte[] publicKey, String file) {
        int check = inside.uint32();
        if (inside.uint32() != check) {
            throw inside.damaged();
        }
        if (!inside.text().equals(TYPE) || !inside.text().equals(CURVE)) {
            throw KeyFiles.otherKind(file);
        }
        byte[] point = inside.string();
        byte[] number = inside.string();
        inside.string();
        byte[] padding = inside.rest();
        boolean padded = padding.length <= BLOCK_BYTES;
        for (int i = 0; i < padding.length; i++) {
            padded &= padding[i] == i + 1;
        }
        if (!padded || !Arrays.equals(publicBlob(point), publicKey)) {
            throw inside.damaged();
        }
        return P384.pair(number, point, file);
    }

    /** Returns the text of a private key file. */
    static String write(KeyPair pair, String comment, int check) {
        byte[] publicBlob = publicBlob(P384.point(pair));
        SshBuffer.Writer inside = new SshBuffer.Writer()
                .uint32(check)
                .uint32(check)
                .raw(publicBlob)
                .string(new BigInteger(1, P384.number(pair)).toByteArray())
                .string(comment);
        for (int i = 1; inside.size() % BLOCK_BYTES != 0; i++) {
            inside.raw(new byte[] {(byte) i});
        }
        byte[] content = new SshBuffer.Writer()
                .raw(MAGIC)
                .string(NONE)
                .string(NONE)
                .string("")
                .uint32(1)
                .string(publicBlob)
                .string(inside.bytes())
                .bytes();
        return PemBlock.write(LABEL, content, COLUMNS);
    }

    /** Returns the line of a public key file, without a line break; a comment may be empty. */
    static String publicLine(KeyPair pair, String comment) {
        String line = TYPE + " " + Base64.getEncoder().encodeToString(publicBlob(P384.point(pair)));
        return comment.isEmpty() ? line : line + " " + comment;
    }

    private static byte[] publicBlob(byte[] point) {
        return new SshBuffer.Writer().string(TYPE).string(CURVE).string(point).bytes();
    }
}
