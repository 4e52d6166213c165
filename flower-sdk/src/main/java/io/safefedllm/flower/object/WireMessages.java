package io.safefedllm.flower.object;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageType;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.proto.Error;
import io.safefedllm.flower.proto.RecordDict;
import java.util.ArrayList;
import java.util.List;

/** Envelopes and trees between values and protobuf. */
public final class WireMessages {
    /** The SuperLink refuses whatever was created before 2025-02-28 00:00:00 UTC. */
    private static final double EARLIEST_CREATION = 1_740_700_800.0;
    /** Message, dictionary, record, array, chunk. */
    private static final int MAX_DEPTH = 5;

    private WireMessages() {}

    /**
     * Returns the envelope of a message: metadata and error, and in place of content an empty dictionary.
     *
     * @throws IllegalArgumentException if the message has no id, or a SuperLink would refuse it for its times, nodes or
     *     type; a SuperLink answers such a message without a reason
     */
    public static io.safefedllm.flower.proto.Message envelope(Message message) {
        requireAcceptable(message.metadata());
        io.safefedllm.flower.proto.Message.Builder envelope = hashedBody(message).toBuilder();
        envelope.getMetadataBuilder().setMessageId(message.metadata().messageId());
        if (!message.hasError()) {
            envelope.setContent(RecordDict.getDefaultInstance());
        }
        return envelope.build();
    }

    private static void requireAcceptable(Metadata metadata) {
        require(ObjectId.isValid(metadata.messageId()), "the message must have an id", metadata);
        require(metadata.createdAt() >= EARLIEST_CREATION, "creation time must be 2025-02-28 or later", metadata);
        require(metadata.ttlSeconds() > 0, "ttl must be above 0", metadata);
        require(metadata.srcNodeId() != 0 && metadata.dstNodeId() != 0, "node ids must not be 0", metadata);
        require(MessageType.isValid(metadata.messageType()), "message type must be valid", metadata);
        boolean fromServer = metadata.srcNodeId() == Message.SUPERLINK_NODE_ID;
        require(
                fromServer == metadata.replyToMessageId().isEmpty()
                        && (fromServer || metadata.dstNodeId() == Message.SUPERLINK_NODE_ID),
                "an instruction comes from node 1 and answers nothing, a reply goes to node 1 and answers something",
                metadata);
    }

    private static void require(boolean condition, String rule, Metadata metadata) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ": " + metadata);
        }
    }

    /** Returns the protobuf message whose bytes are the body of the Message object. */
    static io.safefedllm.flower.proto.Message hashedBody(Message message) {
        Metadata m = message.metadata();
        io.safefedllm.flower.proto.Message.Builder body = io.safefedllm.flower.proto.Message.newBuilder();
        body.getMetadataBuilder()
                .setRunId(m.runId())
                .setSrcNodeId(m.srcNodeId())
                .setDstNodeId(m.dstNodeId())
                .setReplyToMessageId(m.replyToMessageId())
                .setGroupId(m.groupId())
                .setTtl(m.ttlSeconds())
                .setMessageType(m.messageType())
                .setCreatedAt(m.createdAt());
        if (message.hasError()) {
            body.setError(Error.newBuilder()
                    .setCode(message.error().code())
                    .setReason(message.error().reason()));
        }
        return body.build();
    }

    /**
     * Returns the metadata of an envelope.
     *
     * @throws MalformedObjectException if a time is not finite
     */
    public static Metadata metadata(io.safefedllm.flower.proto.Message envelope) throws MalformedObjectException {
        return metadata(envelope.getMetadata());
    }

    static Metadata metadata(io.safefedllm.flower.proto.Metadata wire) throws MalformedObjectException {
        if (!Double.isFinite(wire.getTtl()) || !Double.isFinite(wire.getCreatedAt())) {
            throw new MalformedObjectException(
                    "message times must be finite but were " + wire.getTtl() + " and " + wire.getCreatedAt());
        }
        return new Metadata(
                wire.getRunId(),
                wire.getMessageId(),
                wire.getSrcNodeId(),
                wire.getDstNodeId(),
                wire.getReplyToMessageId(),
                wire.getGroupId(),
                wire.getTtl(),
                wire.getMessageType(),
                wire.getCreatedAt());
    }

    /** Returns the protobuf form of a tree. */
    public static io.safefedllm.flower.proto.ObjectTree toProto(ObjectTree tree) {
        io.safefedllm.flower.proto.ObjectTree.Builder builder =
                io.safefedllm.flower.proto.ObjectTree.newBuilder().setObjectId(tree.objectId());
        tree.children().forEach(child -> builder.addChildren(toProto(child)));
        return builder.build();
    }

    /**
     * Returns the tree of a protobuf message.
     *
     * @throws MalformedObjectException if it is deeper than a message's tree can be, or an id does not have the form of one
     */
    public static ObjectTree tree(io.safefedllm.flower.proto.ObjectTree tree) throws MalformedObjectException {
        return tree(tree, 1);
    }

    private static ObjectTree tree(io.safefedllm.flower.proto.ObjectTree tree, int depth)
            throws MalformedObjectException {
        if (depth > MAX_DEPTH) {
            throw new MalformedObjectException("object tree is deeper than " + MAX_DEPTH);
        }
        if (!ObjectId.isValid(tree.getObjectId())) {
            throw new MalformedObjectException(
                    "object tree holds " + MalformedObjectException.quote(tree.getObjectId()) + ", not an object id");
        }
        List<ObjectTree> children = new ArrayList<>();
        for (io.safefedllm.flower.proto.ObjectTree child : tree.getChildrenList()) {
            children.add(tree(child, depth + 1));
        }
        return new ObjectTree(tree.getObjectId(), children);
    }
}
