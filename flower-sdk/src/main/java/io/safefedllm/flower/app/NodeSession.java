package io.safefedllm.flower.app;

import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.record.RecordDict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the instructions of one node that has joined: finds the run, calls the app, replies.
 *
 * <p>Confined to one thread at a time. Remembers run details and the app's state of the most recent runs.
 */
final class NodeSession {

    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    /** A node works for one run at a time as a rule; older ones are asked for again. */
    private static final int REMEMBERED_RUNS = 16;

    private static final int LONGEST_REASON = 2_000;

    private final NodeLink link;
    private final long nodeId;
    private final ClientApp app;
    private final Map<String, Object> nodeConfig;
    private final ToDoubleBiFunction<Message, Long> replyTime;
    private final NodeListener listener;
    private boolean interrupted;
    private final Map<Long, Context> contexts = new LinkedHashMap<>(REMEMBERED_RUNS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Context> eldest) {
            return size() > REMEMBERED_RUNS;
        }
    };

    /**
     * Makes the session of a node.
     *
     * @param replyTime gives the Unix time in seconds of the reply to an instruction, from it and the nanoseconds that the app took
     */
    NodeSession(
            NodeLink link,
            long nodeId,
            ClientApp app,
            Map<String, Object> nodeConfig,
            ToDoubleBiFunction<Message, Long> replyTime,
            NodeListener listener) {
        this.link = link;
        this.nodeId = nodeId;
        this.app = app;
        this.nodeConfig = nodeConfig;
        this.replyTime = replyTime;
        this.listener = listener;
    }

    /** Returns whether the app was interrupted; the thread's interrupt status is clear then, so that the node can sign off. */
    boolean wasInterrupted() {
        return interrupted;
    }

    /** Answers one instruction; gives up silently if its run has ended meanwhile or it has expired. */
    void answer(Message instruction) {
        listener.received(nodeId, instruction);
        long start = System.nanoTime();
        Answer answer = work(instruction);
        long nanos = System.nanoTime() - start;
        double now = replyTime.applyAsDouble(instruction, nanos);
        if (instruction.isExpiredAt(now)) {
            LOG.warn("Node {}: the instruction expired before its answer was ready", Long.toUnsignedString(nodeId));
            return;
        }
        Message reply = answer.error() == null
                ? instruction.reply(answer.content(), now)
                : instruction.errorReply(answer.error(), now);
        try {
            boolean accepted = link.reply(reply, Duration.ofNanos(nanos));
            listener.answered(nodeId, reply, accepted);
            if (!accepted) {
                LOG.warn("Node {}: the platform refused the reply", Long.toUnsignedString(nodeId));
            }
        } catch (TransportException e) {
            dropIfRunEnded(e);
        }
    }

    private Answer work(Message instruction) {
        if (instruction.hasError()) {
            return Answer.failed(instruction.error());
        }
        Context context;
        try {
            context = context(instruction.metadata().runId());
        } catch (TransportException e) {
            return Answer.failed(new MessageError(MessageError.CLIENT_APP_RAISED, oneLine(e)));
        }
        return call(instruction, context);
    }

    // The rim between the SDK and foreign code: whatever an app throws becomes an error reply.
    private Answer call(Message instruction, Context context) {
        try {
            return Answer.of(app.handle(instruction, context));
        } catch (InterruptedException e) {
            interrupted = true;
            return Answer.failed(new MessageError(MessageError.CLIENT_APP_RAISED, "the node is closing"));
        } catch (Exception e) {
            LOG.warn("Node {}: the client app failed: {}", Long.toUnsignedString(nodeId), e.toString());
            LOG.debug("Node {}: the client app failed", Long.toUnsignedString(nodeId), e);
            return Answer.failed(new MessageError(MessageError.CLIENT_APP_RAISED, oneLine(e)));
        }
    }

    private Context context(long runId) {
        Context known = contexts.get(runId);
        if (known == null) {
            known = new Context(link.run(runId), nodeId, nodeConfig);
            contexts.put(runId, known);
        }
        return known;
    }

    private void dropIfRunEnded(TransportException e) {
        if (e.status() != TransportException.Status.PERMISSION_DENIED) {
            throw e;
        }
        LOG.info("Node {}: the run ended before the reply was sent", Long.toUnsignedString(nodeId));
    }

    private static String oneLine(Exception e) {
        String text = "<class '" + e.getClass().getName() + "'>:<'" + e.getMessage() + "'>";
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    private record Answer(RecordDict content, @Nullable MessageError error) {
        static Answer of(RecordDict content) {
            return new Answer(content, null);
        }

        static Answer failed(MessageError error) {
            return new Answer(RecordDict.empty(), error);
        }
    }

    private static final class Context implements ClientContext {
        private final RunDetails run;
        private final long nodeId;
        private final Map<String, Object> nodeConfig;
        private RecordDict state = RecordDict.empty();

        Context(RunDetails run, long nodeId, Map<String, Object> nodeConfig) {
            this.run = run;
            this.nodeId = nodeId;
            this.nodeConfig = nodeConfig;
        }

        @Override
        public long runId() {
            return run.runId();
        }

        @Override
        public long nodeId() {
            return nodeId;
        }

        @Override
        public Map<String, Object> nodeConfig() {
            return nodeConfig;
        }

        @Override
        public Map<String, Object> runConfig() {
            return run.runConfig();
        }

        @Override
        public RecordDict state() {
            return state;
        }

        @Override
        public void state(RecordDict newState) {
            this.state = newState;
        }
    }
}
