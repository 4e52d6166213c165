package io.safefedllm.flower.app;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.message.Message;
import java.util.Optional;

/** A node of an embedded federation: answers all that waits for it when told to. Confined to one thread at a time. */
record EmbeddedWorker(NodeLink link, NodeSession session) {

    /** How long an answer takes on the federation's clock, whatever it took in truth. */
    private static final double SECONDS_PER_ANSWER = 0.001;

    void drain() {
        Optional<Message> instruction = link.receive();
        while (instruction.isPresent()) {
            session.answer(instruction.get());
            instruction = link.receive();
        }
    }

    static double replyTime(Message instruction, Long nanos) {
        return instruction.metadata().createdAt() + SECONDS_PER_ANSWER;
    }
}
