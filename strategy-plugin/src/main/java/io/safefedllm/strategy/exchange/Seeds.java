package io.safefedllm.strategy.exchange;

import io.safefedllm.probe.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

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
        MessageDigest digest = Sha256.start();
        digest.update(purpose.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(runSeed)
                .putLong(round.number())
                .putLong(nodeId)
                .flip());
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
