package io.safefedllm.strategy.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Derives the seed of one draw from the run's seed, so that draws do not depend on each other: adding a node changes
 * nothing for the others.
 */
public final class Seeds {
    private Seeds() {}

    /**
     * Returns the first 8 bytes, big-endian, of the SHA-256 of the purpose, a zero byte, and run seed, round and node id as
     * big-endian 64-bit integers.
     */
    public static long derive(long runSeed, String purpose, ServerRound round, long nodeId) {
        MessageDigest digest = sha256();
        digest.update(purpose.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(runSeed)
                .putLong(round.number())
                .putLong(nodeId)
                .flip());
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
