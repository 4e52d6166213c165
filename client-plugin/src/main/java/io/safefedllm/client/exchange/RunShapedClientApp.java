package io.safefedllm.client.exchange;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client whose adapters have the rank, the alpha and the row length that a run asks for, in place of the node's own. Keeps the
 * client of the latest shape. Confined to one thread.
 */
public final class RunShapedClientApp implements ClientApp {
    private final RunShape node;
    private final Function<RunShape, ClientApp> maker;
    private @Nullable RunShape shape;
    private @Nullable ClientApp app;

    /**
     * Makes a client.
     *
     * @param node the shape where a run says nothing
     * @param maker makes the client of one shape
     */
    public RunShapedClientApp(RunShape node, Function<RunShape, ClientApp> maker) {
        this.node = node;
        this.maker = maker;
    }

    @Override
    public RecordDict handle(Message message, ClientContext context) throws Exception {
        RunShape wanted = node.in(context.runConfig());
        ClientApp current = app;
        if (current == null || !wanted.equals(shape)) {
            current = maker.apply(wanted);
            shape = wanted;
            app = current;
        }
        return current.handle(message, context);
    }
}
