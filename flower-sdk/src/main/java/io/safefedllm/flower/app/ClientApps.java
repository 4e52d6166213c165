package io.safefedllm.flower.app;

import io.safefedllm.flower.link.SuperLinkAddress;
import java.util.Map;

/** Ready-made pieces for client apps. */
public final class ClientApps {

    private ClientApps() {}

    /**
     * Returns an app that hands each message to the handler of its type.
     *
     * @param handlers by message type, for example {@code train}, {@code evaluate} or {@code query.status}; a handler of a bare kind also
     *     takes its actions that have no handler of their own
     */
    public static ClientApp byType(Map<String, ClientApp> handlers) {
        Map<String, ClientApp> known = Map.copyOf(handlers);
        return (message, context) -> {
            String type = message.metadata().messageType();
            ClientApp handler = known.getOrDefault(type, known.get(type.split("\\.", 2)[0]));
            if (handler == null) {
                throw new IllegalArgumentException("this node does not handle messages of type '" + type + "'");
            }
            return handler.handle(message, context);
        };
    }

    /**
     * Serves a federation with the app until the JVM is asked to end, which signs the node off.
     *
     * @param superLink the fleet address, {@code HOST:PORT}
     * @throws io.safefedllm.flower.link.TransportException if there is no SuperLink, or it no longer knows the node
     */
    public static void serve(String superLink, ClientApp app) {
        ClientAppRunner node = ClientAppRunner.builder(SuperLinks.fleet(SuperLinkAddress.parse(superLink)), app)
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(node::close, "flower-sign-off"));
        node.run();
    }
}
