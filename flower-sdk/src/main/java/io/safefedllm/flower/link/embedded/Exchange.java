package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import org.jspecify.annotations.Nullable;

/** One instruction and what became of it; guarded by the lock of its {@link EmbeddedSuperLink}. */
final class Exchange {
    Message instruction;

    @Nullable Message reply;

    boolean delivered;

    Exchange(Message instruction) {
        this.instruction = instruction;
    }

    /** Takes the first reply of the addressed node that comes in time; returns whether this was it. */
    boolean accept(Message candidate, double now) {
        boolean addressed =
                instruction.metadata().dstNodeId() == candidate.metadata().srcNodeId();
        if (!addressed || delivered || reply != null || instruction.isExpiredAt(now)) {
            return false;
        }
        reply = candidate;
        return true;
    }

    /** Marks the exchange as done and lets its contents go: only ids stay for the rest of the run. */
    void settle() {
        delivered = true;
        reply = null;
        instruction = Message.of(instruction.metadata(), RecordDict.empty());
    }
}
