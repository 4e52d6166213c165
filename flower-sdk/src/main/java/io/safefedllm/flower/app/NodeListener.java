package io.safefedllm.flower.app;

import io.safefedllm.flower.message.Message;

/** Watches nodes at work; called on the thread that works for the node, so it returns soon. */
public interface NodeListener {

    /** The node has joined a federation. */
    default void joined(long nodeId) {}

    /** An instruction has arrived with all its content. */
    default void received(long nodeId, Message instruction) {}

    /** An instruction has been answered; the platform took the reply or refused it. */
    default void answered(long nodeId, Message reply, boolean accepted) {}

    /** Returns a listener that does nothing. */
    static NodeListener none() {
        return new NodeListener() {};
    }
}
