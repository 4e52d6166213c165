package io.safefedllm.it;

import io.safefedllm.flower.app.ServerApp;
import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A server app that asks every node once and keeps what it is told. */
final class Asking implements ServerApp {

    private final int nodes;
    private final String type;
    private final RecordDict content;
    private final List<Message> replies = new ArrayList<>();

    /** Asks once that many nodes are online. */
    Asking(int nodes, String type, RecordDict content) {
        this.nodes = nodes;
        this.type = type;
        this.content = content;
    }

    @Override
    public void run(Grid grid, ServerContext context) throws InterruptedException {
        awaitNodes(grid, nodes);
        replies.addAll(ask(grid, context, type, content));
    }

    /** Replies and error replies in the order of their arrival. */
    List<Message> replies() {
        return List.copyOf(replies);
    }

    static void awaitNodes(Grid grid, int nodes) throws InterruptedException {
        while (grid.nodeIds().size() < nodes) {
            Thread.sleep(100);
        }
    }

    /** Asks every node that is online and waits until all have answered, or somebody for them. */
    static List<Message> ask(Grid grid, ServerContext context, String type, RecordDict content) {
        double now = context.clock().millis() / 1000.0;
        List<Message> instructions = grid.nodeIds().stream()
                .map(node -> Message.instruction(grid.runId(), node, type, content, "", now))
                .toList();
        Set<String> open = new LinkedHashSet<>(grid.send(instructions));
        List<Message> replies = new ArrayList<>();
        while (!open.isEmpty()) {
            for (Message reply : grid.poll(open)) {
                open.remove(reply.metadata().replyToMessageId());
                replies.add(reply);
            }
        }
        return replies;
    }
}
