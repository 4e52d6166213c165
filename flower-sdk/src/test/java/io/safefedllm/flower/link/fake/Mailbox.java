package io.safefedllm.flower.link.fake;

import io.safefedllm.flower.proto.Message;
import io.safefedllm.flower.proto.ObjectTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Instructions and replies of a {@link FakeSuperLink}. */
final class Mailbox {

    /** A message as it was announced. */
    record Mail(Message message, ObjectTree tree) {
        String id() {
            return message.getMetadata().getMessageId();
        }
    }

    private static final class Slot {
        final Mail instruction;
        boolean pulled;
        boolean settled;

        @Nullable Mail reply;

        Slot(Mail instruction) {
            this.instruction = instruction;
        }
    }

    private final Map<String, Slot> slots = new LinkedHashMap<>();

    void instruct(Mail mail) {
        slots.putIfAbsent(mail.id(), new Slot(mail));
    }

    Optional<Mail> next(long nodeId) {
        for (Slot slot : slots.values()) {
            if (!slot.pulled && slot.instruction.message().getMetadata().getDstNodeId() == nodeId) {
                slot.pulled = true;
                return Optional.of(slot.instruction);
            }
        }
        return Optional.empty();
    }

    boolean isRepeated(Mail mail) {
        Slot slot = slots.get(mail.message().getMetadata().getReplyToMessageId());
        return slot != null && slot.reply != null && slot.reply.id().equals(mail.id());
    }

    boolean reply(Mail mail) {
        Slot slot = slots.get(mail.message().getMetadata().getReplyToMessageId());
        boolean fits = slot != null && (slot.reply == null || slot.reply.id().equals(mail.id()));
        if (slot != null && fits) {
            slot.reply = mail;
        }
        return fits;
    }

    /** Returns the node that owes an answer, or nothing if the id is unknown or settled. */
    Optional<Long> addressee(String id) {
        Slot slot = slots.get(id);
        return slot == null || slot.settled
                ? Optional.empty()
                : Optional.of(slot.instruction.message().getMetadata().getDstNodeId());
    }

    Optional<Mail> take(String id) {
        Slot slot = slots.get(id);
        if (slot == null || slot.reply == null) {
            return Optional.empty();
        }
        slot.settled = true;
        return Optional.of(slot.reply);
    }

    void settle(String id) {
        Slot slot = slots.get(id);
        if (slot != null) {
            slot.settled = true;
        }
    }
}
