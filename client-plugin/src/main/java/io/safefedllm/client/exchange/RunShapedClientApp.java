package io.safefedllm.client.exchange;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client whose adapters and rows have the shape that a run asks for, in place of the node's own. Keeps the
 * client of the latest shape. Safe for use by several threads, which share that client where their runs have one shape, as
 * far as the clients that the maker makes are safe; threads of different shapes never get each other's.
 */
public final class RunShapedClientApp implements ClientApp {
    private final RunShape node;
    private final Function<RunShape, ClientApp> maker;
    private final QuantizationNotice notice = new QuantizationNotice();
    private volatile @Nullable Shaped latest;

    /** A client and the shape that it was made for. */
    private record Shaped(RunShape shape, ClientApp app) {}

    /**
     * Makes a client.
     *
     * @param node the shape where a run says nothing
     * @param maker makes the client of one shape; several threads may ask it at once
     */
    public RunShapedClientApp(RunShape node, Function<RunShape, ClientApp> maker) {
        this.node = node;
        this.maker = maker;
    }

    @Override
    public RecordDict handle(Message message, ClientContext context) throws Exception {
        RunShape wanted = node.in(context.runConfig());
        notice.tell(context);
        Shaped current = latest;
        if (current == null || !wanted.equals(current.shape())) {
            current = new Shaped(wanted, maker.apply(wanted));
            latest = current;
        }
        return current.app().handle(message, context);
    }
}
