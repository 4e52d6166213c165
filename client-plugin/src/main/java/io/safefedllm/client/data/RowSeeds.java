package io.safefedllm.client.data;

import io.safefedllm.probe.digest.Sha256;
import java.nio.ByteBuffer;

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
        return ByteBuffer.wrap(Sha256.of(text)).getLong();
    }
}
