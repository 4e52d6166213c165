package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.message.Message;
import java.util.ArrayDeque;
import java.util.Deque;

/** The state of one node; guarded by the lock of its {@link EmbeddedSuperLink}. */
final class EmbeddedNode {
    final Deque<Message> inbox = new ArrayDeque<>();
    boolean online;
}
