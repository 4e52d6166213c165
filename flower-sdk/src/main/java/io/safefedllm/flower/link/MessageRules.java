package io.safefedllm.flower.link;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageType;
import io.safefedllm.flower.message.Metadata;

/**
 * Flower's rules for messages, checked before anything is sent: a SuperLink answers a malformed message with an
 * internal error that does not say why.
 */
public final class MessageRules {

    /** 2025-02-28, before which Flower accepts no message. */
    private static final double EARLIEST_CREATION = 1_740_700_800.0;

    private MessageRules() {}

    /**
     * Checks an instruction of the given run.
     *
     * @param now Unix time in seconds
     * @throws IllegalArgumentException naming the first rule that is broken
     */
    public static void checkInstruction(long runId, Message message, double now) {
        Metadata metadata = message.metadata();
        checkCommon(message, now);
        require(
                metadata.runId() == runId,
                "belongs to run " + Long.toUnsignedString(metadata.runId()) + ", not to run "
                        + Long.toUnsignedString(runId));
        require(metadata.srcNodeId() == Message.SUPERLINK_NODE_ID, "must come from node 1");
        require(metadata.replyToMessageId().isEmpty(), "must not be a reply");
        require(!message.hasError(), "must have content, not an error");
    }

    /**
     * Checks a reply of a node.
     *
     * @param now Unix time in seconds
     * @throws IllegalArgumentException naming the first rule that is broken
     */
    public static void checkReply(Message message, double now) {
        Metadata metadata = message.metadata();
        checkCommon(message, now);
        require(!metadata.replyToMessageId().isEmpty(), "must be a reply");
        require(metadata.dstNodeId() == Message.SUPERLINK_NODE_ID, "must go to node 1");
        require(metadata.srcNodeId() != Message.SUPERLINK_NODE_ID, "must not come from node 1");
    }

    private static void checkCommon(Message message, double now) {
        Metadata metadata = message.metadata();
        require(MessageType.isValid(metadata.messageType()), "has the unknown type '" + metadata.messageType() + "'");
        require(metadata.srcNodeId() != 0 && metadata.dstNodeId() != 0, "needs a sender and a receiver");
        require(
                metadata.createdAt() >= EARLIEST_CREATION,
                "was created at " + metadata.createdAt() + ", before Flower's first message");
        require(metadata.ttlSeconds() > 0, "needs a positive time to live but has " + metadata.ttlSeconds());
        require(!message.isExpiredAt(now), "expired at " + metadata.expiresAt() + ", it is " + now);
    }

    private static void require(boolean holds, String complaint) {
        if (!holds) {
            throw new IllegalArgumentException("the message " + complaint);
        }
    }
}
