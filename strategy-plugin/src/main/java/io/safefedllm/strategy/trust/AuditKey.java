package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that random audits, what aggregation rules draw and the signs of sketches are drawn with: 32 random bytes of a run, stored with its state and never sent (SF-7.10).
 * Immutable; its text form does not show the bytes.
 */
public final class AuditKey {
    /** Bytes of a key. */
    public static final int LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] PURPOSE = "safe-fedllm/audit\0".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RULE_PURPOSE = "safe-fedllm/rule\0".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SKETCH_PURPOSE = "safe-fedllm/sketch\0".getBytes(StandardCharsets.UTF_8);
    private static final int SURPLUS_BITS = 11;
    private static final double SCALE = 0x1p-53;

    private final byte[] bytes;

    private AuditKey(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("an audit key has " + LENGTH + " bytes but got " + bytes.length);
        }
        this.bytes = bytes;
    }

    /**
     * Makes a key of random bytes, which are copied.
     *
     * @throws IllegalArgumentException unless there are 32
     */
    public static AuditKey of(byte[] random) {
        return new AuditKey(random.clone());
    }

    /**
     * Reads a key back.
     *
     * @throws IllegalArgumentException unless the text is 64 hexadecimal digits
     */
    public static AuditKey ofHex(String hex) {
        return new AuditKey(HexFormat.of().parseHex(hex));
    }

    /** Returns the key as 64 hexadecimal digits, for the state file only. */
    public String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Returns the draw of a node in a round, uniform in [0, 1): the first 53 bits of HMAC-SHA256 over purpose, round index
     * as a big-endian 64-bit integer and the node id in unsigned decimal.
     */
    public double draw(ServerRound round, long nodeId) {
        byte[] node = Long.toUnsignedString(nodeId).getBytes(StandardCharsets.UTF_8);
        return (first64(PURPOSE, round, node) >>> SURPLUS_BITS) * SCALE;
    }

    /** Returns the seed of what an aggregation rule draws in a round: nobody without the key can foresee it. */
    public long ruleSeed(ServerRound round) {
        return first64(RULE_PURPOSE, round, new byte[0]);
    }

    /** Returns the seed of the signs of sketches, the same in every round of a run: nobody without the key can foresee it. */
    public long sketchSeed() {
        return first64(SKETCH_PURPOSE, ServerRound.first(), new byte[0]);
    }

    /** Returns whether this is a key of zeros, which stands for no secret at all. */
    public boolean isPublic() {
        return Arrays.equals(bytes, new byte[LENGTH]);
    }

    private long first64(byte[] purpose, ServerRound round, byte[] subject) {
        byte[] index =
                ByteBuffer.allocate(Long.BYTES).putLong(round.number() - 1L).array();
        Mac mac = mac();
        mac.update(purpose);
        mac.update(index);
        mac.update(subject);
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "AuditKey[hidden]";
    }
}
