package io.safefedllm.flower.object;

/**
 * Bounds on what a peer may send, checked before memory is spent.
 *
 * <p>Depth needs no bound of its own: a message holds a dictionary, that holds records, these hold arrays, those hold
 * chunks, and nothing else is accepted at any of these places.
 *
 * @param maxObjectBytes bytes of one object, head included
 * @param maxArrayBytes bytes of one array after its chunks have been put together
 * @param maxMessageBytes bytes of all arrays of a message, an array that has two names counted twice
 * @param maxRecords records of a dictionary
 * @param maxEntries arrays of an array record, values of a metric or config record
 * @param maxChunks chunks of an array, repeated ones counted each time
 * @param maxNameLength UTF-16 units of a key or name
 */
public record InflateLimits(
        int maxObjectBytes,
        int maxArrayBytes,
        long maxMessageBytes,
        int maxRecords,
        int maxEntries,
        int maxChunks,
        int maxNameLength) {
    /**
     * Room for a full 7B adapter of any rank in use, with chunks far above Flower's 5 MiB: 256 MiB an object, 1 GiB an
     * array, 4 GiB a message, 1024 records, 65 536 entries and chunks, names of 4096.
     */
    public static final InflateLimits DEFAULTS =
            new InflateLimits(256 << 20, 1 << 30, 4L << 30, 1024, 65_536, 65_536, 4096);

    /** Checks that every bound is at least 1. */
    public InflateLimits {
        long least = Math.min(
                Math.min(Math.min(maxObjectBytes, maxArrayBytes), Math.min(maxMessageBytes, maxRecords)),
                Math.min(Math.min(maxEntries, maxChunks), maxNameLength));
        if (least < 1) {
            throw new IllegalArgumentException("every limit must be at least 1 but one was " + least);
        }
    }

    /** Returns the same bounds with others on bytes. */
    public InflateLimits withBytes(int objectBytes, int arrayBytes, long messageBytes) {
        return new InflateLimits(
                objectBytes, arrayBytes, messageBytes, maxRecords, maxEntries, maxChunks, maxNameLength);
    }
}
