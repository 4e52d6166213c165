package io.safefedllm.flower.message;

import io.safefedllm.flower.record.RecordDict;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable envelope with either content or an error.
 *
 * <p>A new message has an empty message id: the id is the hash of the encoded message, so {@code flower.object} sets it when
 * the message is encoded for sending.
 */
public final class Message {
    /** The node id under which a ServerApp sends and receives. */
    public static final long SUPERLINK_NODE_ID = 1;

    /** How long an instruction lives unless said otherwise: twelve hours. */
    public static final double DEFAULT_TTL_SECONDS = 43_200;

    private final Metadata metadata;
    private final @Nullable RecordDict content;
    private final @Nullable MessageError error;

    private Message(Metadata metadata, @Nullable RecordDict content, @Nullable MessageError error) {
        this.metadata = metadata;
        this.content = content;
        this.error = error;
    }

    /** Returns a message with content. */
    public static Message of(Metadata metadata, RecordDict content) {
        return new Message(metadata, Objects.requireNonNull(content, "content"), null);
    }

    /** Returns a message with an error in place of content. */
    public static Message ofError(Metadata metadata, MessageError error) {
        return new Message(metadata, null, Objects.requireNonNull(error, "error"));
    }

    /**
     * Returns an instruction of a ServerApp to a node that lives {@link #DEFAULT_TTL_SECONDS}.
     *
     * @param runId the run, unsigned
     * @param dstNodeId the node, unsigned, not 0
     * @param messageType a valid {@link MessageType}
     * @param content what to send
     * @param groupId free text that the reply copies, often empty
     * @param createdAt now, Unix time in seconds
     * @throws IllegalArgumentException if the type is not valid or the node is 0
     */
    public static Message instruction(
            long runId, long dstNodeId, String messageType, RecordDict content, String groupId, double createdAt) {
        if (!MessageType.isValid(messageType)) {
            throw new IllegalArgumentException(
                    "message type must be train, evaluate, query or system, alone or followed by"
                            + " a dot and an identifier, but was '" + messageType + "'");
        }
        if (dstNodeId == 0) {
            throw new IllegalArgumentException("the receiving node must not be 0");
        }
        return of(
                new Metadata(
                        runId,
                        "",
                        SUPERLINK_NODE_ID,
                        dstNodeId,
                        "",
                        groupId,
                        DEFAULT_TTL_SECONDS,
                        messageType,
                        createdAt),
                content);
    }

    /** Returns the metadata. */
    public Metadata metadata() {
        return metadata;
    }

    /** Returns whether there is an error in place of content. */
    public boolean hasError() {
        return error != null;
    }

    /**
     * Returns the error.
     *
     * @throws IllegalStateException if there is none
     */
    public MessageError error() {
        return Optional.ofNullable(error)
                .orElseThrow(() -> new IllegalStateException("the message has content, not an error"));
    }

    /**
     * Returns the content.
     *
     * @throws IllegalStateException if there is an error instead
     */
    public RecordDict content() {
        return Optional.ofNullable(content)
                .orElseThrow(() -> new IllegalStateException("the message has an error, not content: " + error));
    }

    /** Returns whether an answer at {@code now}, Unix time in seconds, comes too late. */
    public boolean isExpiredAt(double now) {
        return !(metadata.expiresAt() > now);
    }

    /**
     * Returns the answer to this message: the other direction, the same run, group and type, living as long as this message
     * has left.
     *
     * @param content what to answer
     * @param now Unix time in seconds
     * @throws IllegalStateException if this message has no id yet, or is expired
     */
    public Message reply(RecordDict content, double now) {
        return of(replyMetadata(now), content);
    }

    /** Like {@link #reply} with an error in place of content. */
    public Message errorReply(MessageError error, double now) {
        return ofError(replyMetadata(now), error);
    }

    private Metadata replyMetadata(double now) {
        if (metadata.messageId().isEmpty()) {
            throw new IllegalStateException("a message without an id cannot be answered; encode it first");
        }
        if (isExpiredAt(now)) {
            throw new IllegalStateException("the message expired at " + metadata.expiresAt() + ", before " + now);
        }
        return new Metadata(
                metadata.runId(),
                "",
                metadata.dstNodeId(),
                metadata.srcNodeId(),
                metadata.messageId(),
                metadata.groupId(),
                metadata.expiresAt() - now,
                metadata.messageType(),
                now);
    }

    /** Returns the same message with another id. */
    public Message withMessageId(String id) {
        return new Message(metadata.withMessageId(id), content, error);
    }

    /** Returns the same message living {@code ttlSeconds}, finite, from its creation on. */
    public Message withTtl(double ttlSeconds) {
        Metadata m = metadata;
        Metadata changed = new Metadata(
                m.runId(),
                m.messageId(),
                m.srcNodeId(),
                m.dstNodeId(),
                m.replyToMessageId(),
                m.groupId(),
                ttlSeconds,
                m.messageType(),
                m.createdAt());
        return new Message(changed, content, error);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message that
                && metadata.equals(that.metadata)
                && Objects.equals(content, that.content)
                && Objects.equals(error, that.error);
    }

    @Override
    public int hashCode() {
        return Objects.hash(metadata, content, error);
    }

    @Override
    public String toString() {
        return "Message[" + metadata + ", " + (error == null ? content : error) + "]";
    }
}
