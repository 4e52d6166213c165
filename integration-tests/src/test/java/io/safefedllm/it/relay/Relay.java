package io.safefedllm.it.relay;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Passes every call on to a SuperLink and every answer back, unchanged, and keeps a record of both. It listens on a free port of
 * 127.0.0.1, in plaintext.
 */
public interface Relay extends AutoCloseable {

    /**
     * Opens a relay.
     *
     * @param superLink the executor's port of a SuperLink, {@code HOST:PORT}
     * @param generation the name of the executor's dialect that it speaks
     */
    static Relay open(String superLink, String generation) {
        try {
            return generation.startsWith("grpc") ? new GrpcRelay(superLink) : new HttpRelay(superLink);
        } catch (IOException e) {
            throw new UncheckedIOException("no relay in front of " + superLink, e);
        }
    }

    /** What to tell an executor in place of the SuperLink's address, {@code HOST:PORT}. */
    String address();

    /** What has been said so far. */
    Transcript transcript();

    @Override
    void close();
}
