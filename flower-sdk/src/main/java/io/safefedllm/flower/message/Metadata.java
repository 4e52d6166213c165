package io.safefedllm.flower.message;

/**
 * Who sent what to whom, and until when it is good.
 *
 * @param runId the run, unsigned
 * @param messageId the object id of the message, 64 lower-case hexadecimal digits, or empty before it has been encoded
 * @param srcNodeId the sender, unsigned; {@link Message#SUPERLINK_NODE_ID} for a ServerApp
 * @param dstNodeId the receiver, unsigned
 * @param replyToMessageId the id of the message that this one answers, empty in an instruction
 * @param groupId free text that a reply copies
 * @param ttlSeconds time to live from {@code createdAt} on, finite
 * @param messageType a kind as {@link MessageType} checks it
 * @param createdAt Unix time in seconds, finite
 */
public record Metadata(
        long runId,
        String messageId,
        long srcNodeId,
        long dstNodeId,
        String replyToMessageId,
        String groupId,
        double ttlSeconds,
        String messageType,
        double createdAt) {
    /** Checks the two times. */
    public Metadata {
        if (!Double.isFinite(ttlSeconds)) {
            throw new IllegalArgumentException("ttl must be finite but was " + ttlSeconds);
        }
        if (!Double.isFinite(createdAt)) {
            throw new IllegalArgumentException("creation time must be finite but was " + createdAt);
        }
    }

    /** Returns the Unix time in seconds after which the message is void. */
    public double expiresAt() {
        return createdAt + ttlSeconds;
    }

    /** Returns the same metadata with another message id. */
    public Metadata withMessageId(String id) {
        return new Metadata(
                runId, id, srcNodeId, dstNodeId, replyToMessageId, groupId, ttlSeconds, messageType, createdAt);
    }

    @Override
    public String toString() {
        return "Metadata[run=" + Long.toUnsignedString(runId) + ", id=" + messageId + ", "
                + Long.toUnsignedString(srcNodeId) + " to " + Long.toUnsignedString(dstNodeId) + ", replyTo="
                + replyToMessageId + ", type=" + messageType + ", ttl=" + ttlSeconds + " s]";
    }
}
