package io.safefedllm.flower.link;

/**
 * Moves content-addressed objects between a peer and the SuperLink.
 *
 * <p>Implementations are thread-safe and do not check contents: callers compare hashes. All methods throw
 * {@link TransportException}.
 */
public interface ObjectLink {

    /**
     * Stores an object that the platform asked for.
     *
     * @param sessionId what the announcement gave, empty if it gave none
     * @return false if the platform did not want it: unannounced, bytes that do not fit the id, an expired session, or stored already
     */
    boolean push(long runId, String objectId, byte[] bytes, String sessionId);

    /** Asks for an object; it may be known but not complete yet. */
    PulledObject pull(long runId, String objectId);

    /** Tells the platform that a message has arrived whole; the platform may then forget its objects. */
    void confirm(long runId, String messageId);
}
