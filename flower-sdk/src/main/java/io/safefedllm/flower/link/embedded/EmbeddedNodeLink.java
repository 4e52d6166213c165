package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.message.Message;
import java.time.Duration;
import java.util.Optional;

/** A node's place at an {@link EmbeddedSuperLink}. */
final class EmbeddedNodeLink implements NodeLink {

    private final EmbeddedSuperLink superLink;
    private final long nodeId;

    EmbeddedNodeLink(EmbeddedSuperLink superLink, long nodeId) {
        this.superLink = superLink;
        this.nodeId = nodeId;
    }

    @Override
    public String generation() {
        return EmbeddedSuperLink.GENERATION;
    }

    @Override
    public String address() {
        return EmbeddedSuperLink.ADDRESS;
    }

    @Override
    public long join() {
        superLink.join(nodeId);
        return nodeId;
    }

    @Override
    public boolean heartbeat() {
        return superLink.isOnline(nodeId);
    }

    @Override
    public Optional<Message> receive() {
        return superLink.receive(nodeId);
    }

    @Override
    public RunDetails run(long runId) {
        return superLink.details(runId);
    }

    @Override
    public boolean isRunning(long runId) {
        return superLink.isRunning(runId);
    }

    @Override
    public boolean reply(Message reply, Duration runtime) {
        return superLink.reply(nodeId, reply);
    }

    @Override
    public void leave() {
        superLink.leave(nodeId);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
