package io.safefedllm.client.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Seeds of the choice of rows, derived so that adding a client or a round changes nobody else's rows. */
public final class RowSeeds {
    private RowSeeds() {}

    /**
     * The seed for one client in one round.
     *
     * @param runSeed seed of the whole run
     * @param serverRound 1-based round
     * @param client {@code partition-id} if the node has one, else the node id in decimal
     */
    public static long derive(long runSeed, long serverRound, String client) {
        String text = "safe-fedllm rows\n" + runSeed + "\n" + serverRound + "\n" + client;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
