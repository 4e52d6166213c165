package io.safefedllm.client.template;

import java.util.List;

/** A part of a template that writes something, or sets a name. */
@FunctionalInterface
interface Node {
    Flow render(Scope scope, StringBuilder out);

    /** How to go on. */
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    /** Renders one part after the other, until one ends a turn of a loop. */
    static Node all(List<Node> nodes) {
        return (scope, out) -> {
            for (Node node : nodes) {
                Flow flow = node.render(scope, out);
                if (flow != Flow.NEXT) {
                    return flow;
                }
            }
            return Flow.NEXT;
        };
    }
}
