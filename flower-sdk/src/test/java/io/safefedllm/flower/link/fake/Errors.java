package io.safefedllm.flower.link.fake;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.object.ObjectBundle;
import io.safefedllm.flower.object.WireMessages;
import io.safefedllm.flower.proto.ObjectTree;

/** The error messages that a SuperLink makes itself: from node 1 to node 1, of one object. */
final class Errors {

    private static final double CREATED = 1_780_000_001.0;

    private Errors() {}

    static Mailbox.Mail of(ObjectShelf objects, long runId, String instruction, long code) {
        Metadata metadata = new Metadata(runId, "", 1, 1, instruction, "", 100, "system", CREATED);
        ObjectBundle bundle = ObjectBundle.of(Message.ofError(metadata, new MessageError(code, "")));
        String id = bundle.ids().iterator().next();
        ObjectTree tree = WireMessages.toProto(bundle.trees().get(0));
        objects.announce(tree, "own");
        objects.push(id, bundle.object(id), "own");
        io.safefedllm.flower.proto.Message.Builder envelope = io.safefedllm.flower.proto.Message.newBuilder();
        envelope.getMetadataBuilder()
                .setRunId(runId)
                .setMessageId(id)
                .setSrcNodeId(1)
                .setDstNodeId(1)
                .setReplyToMessageId(instruction)
                .setTtl(100)
                .setMessageType("system")
                .setCreatedAt(CREATED);
        envelope.getErrorBuilder().setCode(code);
        return new Mailbox.Mail(envelope.build(), tree);
    }
}
