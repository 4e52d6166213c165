package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.MessageRules;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunDetails;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.message.MessageType;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.object.ObjectBundle;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A SuperLink in memory, with the behaviour of a real one as far as the ports show it.
 *
 * <p>Thread-safe: one lock, never held while calling out. Verdicts on replies come in the order of a real SuperLink: unknown or
 * expired instruction (error 3), node offline (error 5), reply, nothing yet; each once. Nodes never time out, claims
 * never expire. Message ids are those of the wire; contents pass by reference.
 */
public final class EmbeddedSuperLink {

    static final String GENERATION = "embedded";
    static final String ADDRESS = "this JVM";

    private final InstantSource clock;
    private final Object lock = new Object();
    private final Map<Long, EmbeddedRun> runs = new LinkedHashMap<>();
    private final Map<Long, EmbeddedNode> nodes = new TreeMap<>(Long::compareUnsigned);
    private final Map<String, Exchange> exchanges = new LinkedHashMap<>();

    /** Makes an empty SuperLink whose expiry checks follow the clock. */
    public EmbeddedSuperLink(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Submits a run, as {@code flwr run} does.
     *
     * @throws IllegalArgumentException if a run of this id was submitted before
     */
    public void submit(RunDetails details) {
        synchronized (lock) {
            if (runs.putIfAbsent(details.runId(), new EmbeddedRun(details)) != null) {
                throw new IllegalArgumentException(
                        "run " + Long.toUnsignedString(details.runId()) + " was submitted before");
            }
        }
    }

    /** Ends a run as its user would; its executor notices at its next call. */
    public void stop(long runId) {
        end(runId, RunStatus.STOPPED, "");
    }

    /** Returns how the run ended, or nothing while it is pending or running. */
    public Optional<RunStatus> status(long runId) {
        synchronized (lock) {
            return Optional.ofNullable(requireRun(runId).status);
        }
    }

    /** Returns the reason with which the run ended, empty if there is none. */
    public String statusDetails(long runId) {
        synchronized (lock) {
            return requireRun(runId).reason;
        }
    }

    /** Returns what the run logged so far, pieces joined as they came. */
    public String log(long runId) {
        synchronized (lock) {
            return requireRun(runId).log.toString();
        }
    }

    /** Returns a place for an executor. */
    public RunLink executor() {
        return new EmbeddedRunLink(this);
    }

    /**
     * Returns a place for the node of the given id; {@link NodeLink#join} brings it online.
     *
     * @throws IllegalArgumentException if the id is 0 or 1, which Flower keeps for itself
     */
    public NodeLink fleet(long nodeId) {
        if (nodeId == 0 || nodeId == Message.SUPERLINK_NODE_ID) {
            throw new IllegalArgumentException("a node id must not be 0 or 1 but was " + nodeId);
        }
        return new EmbeddedNodeLink(this, nodeId);
    }

    Optional<EmbeddedRun> claim(RunFilter filter) {
        synchronized (lock) {
            for (EmbeddedRun run : runs.values()) {
                AppIdentity app = run.details.app();
                boolean ours =
                        filter.decide(Optional.of(app.fabId()), Optional.of(app.fabHash())) == RunFilter.Verdict.OURS;
                if (run.status == null && !run.claimed && ours) {
                    run.claimed = true;
                    return Optional.of(run);
                }
            }
            return Optional.empty();
        }
    }

    EmbeddedRun run(long runId) {
        synchronized (lock) {
            return requireRun(runId);
        }
    }

    boolean isRunning(long runId) {
        synchronized (lock) {
            return runs.containsKey(runId) && requireRun(runId).isRunning();
        }
    }

    void pullInputs(long runId) {
        synchronized (lock) {
            EmbeddedRun run = requireRun(runId);
            if (run.inputsPulled) {
                throw new TransportException(
                        Status.FAILED_PRECONDITION,
                        "the inputs of run " + Long.toUnsignedString(runId) + " were pulled before",
                        true,
                        null);
            }
            run.inputsPulled = true;
        }
    }

    void appendLog(long runId, String text) {
        synchronized (lock) {
            requireRun(runId).log.append(text);
        }
    }

    void end(long runId, RunStatus status, String reason) {
        synchronized (lock) {
            EmbeddedRun run = requireRun(runId);
            if (run.status == null) {
                run.status = status;
                run.reason = reason;
            }
        }
    }

    List<Long> onlineNodes() {
        synchronized (lock) {
            List<Long> online = new ArrayList<>();
            nodes.forEach((id, node) -> {
                if (node.online) {
                    online.add(id);
                }
            });
            return online;
        }
    }

    void join(long nodeId) {
        synchronized (lock) {
            EmbeddedNode node = nodes.computeIfAbsent(nodeId, id -> new EmbeddedNode());
            if (node.online) {
                throw new TransportException(
                        Status.FAILED_PRECONDITION,
                        "node " + Long.toUnsignedString(nodeId) + " is online already",
                        true,
                        null);
            }
            node.online = true;
        }
    }

    boolean isOnline(long nodeId) {
        synchronized (lock) {
            EmbeddedNode node = nodes.get(nodeId);
            return node != null && node.online;
        }
    }

    void leave(long nodeId) {
        synchronized (lock) {
            EmbeddedNode node = nodes.get(nodeId);
            if (node != null) {
                node.online = false;
                node.inbox.clear();
            }
        }
    }

    List<String> send(long runId, List<Message> messages) {
        double now = now();
        messages.forEach(message -> MessageRules.checkInstruction(runId, message, now));
        List<Message> identified = ObjectBundle.of(messages).messages();
        List<String> ids = new ArrayList<>();
        synchronized (lock) {
            for (Message message : identified) {
                ids.add(enqueue(message));
            }
        }
        return ids;
    }

    private String enqueue(Message message) {
        EmbeddedNode node = nodes.get(message.metadata().dstNodeId());
        if (node == null) {
            return "";
        }
        String id = message.metadata().messageId();
        if (exchanges.putIfAbsent(id, new Exchange(message)) == null) {
            node.inbox.add(message);
        }
        return id;
    }

    Optional<Message> receive(long nodeId) {
        synchronized (lock) {
            EmbeddedNode node = nodes.get(nodeId);
            if (node == null || !node.online) {
                throw new TransportException(
                        Status.UNAUTHENTICATED,
                        "node " + Long.toUnsignedString(nodeId) + " is not online; join first",
                        true,
                        null);
            }
            Message next = node.inbox.poll();
            while (next != null && next.isExpiredAt(now())) {
                next = node.inbox.poll();
            }
            return Optional.ofNullable(next);
        }
    }

    boolean reply(long nodeId, Message reply) {
        MessageRules.checkReply(reply, now());
        Metadata metadata = reply.metadata();
        requireRunning(metadata.runId());
        Message identified = ObjectBundle.of(reply).messages().get(0);
        synchronized (lock) {
            Exchange exchange = exchanges.get(metadata.replyToMessageId());
            return exchange != null && metadata.srcNodeId() == nodeId && exchange.accept(identified, now());
        }
    }

    RunDetails details(long runId) {
        requireRunning(runId);
        return run(runId).details;
    }

    List<Message> poll(long runId, Collection<String> messageIds) {
        List<Message> verdicts = new ArrayList<>();
        synchronized (lock) {
            for (String id : messageIds) {
                if (!id.isEmpty()) {
                    verdict(runId, id).ifPresent(verdicts::add);
                }
            }
        }
        return verdicts;
    }

    private Optional<Message> verdict(long runId, String id) {
        Exchange exchange = exchanges.get(id);
        if (exchange == null || exchange.delivered || exchange.instruction.isExpiredAt(now())) {
            return Optional.of(error(runId, id, MessageType.SYSTEM, MessageError.MESSAGE_UNAVAILABLE));
        }
        Metadata instruction = exchange.instruction.metadata();
        EmbeddedNode node = nodes.get(instruction.dstNodeId());
        if (node == null || !node.online) {
            exchange.settle();
            return Optional.of(error(runId, id, instruction.messageType(), MessageError.NODE_UNAVAILABLE));
        }
        Optional<Message> reply = Optional.ofNullable(exchange.reply);
        if (reply.isPresent()) {
            exchange.settle();
        }
        return reply;
    }

    private Message error(long runId, String id, String type, long code) {
        String reason = code == MessageError.NODE_UNAVAILABLE
                ? "the node is offline"
                : "the instruction is unknown, expired or answered already";
        Metadata metadata = new Metadata(
                runId,
                "",
                Message.SUPERLINK_NODE_ID,
                Message.SUPERLINK_NODE_ID,
                id,
                "",
                Message.DEFAULT_TTL_SECONDS,
                type,
                now());
        return ObjectBundle.of(Message.ofError(metadata, new MessageError(code, reason)))
                .messages()
                .get(0);
    }

    private void requireRunning(long runId) {
        if (!isRunning(runId)) {
            throw new TransportException(
                    Status.PERMISSION_DENIED, "run " + Long.toUnsignedString(runId) + " is not running", true, null);
        }
    }

    private EmbeddedRun requireRun(long runId) {
        EmbeddedRun run = runs.get(runId);
        if (run == null) {
            throw new IllegalArgumentException("there is no run " + Long.toUnsignedString(runId));
        }
        return run;
    }

    private double now() {
        return clock.millis() / 1000.0;
    }
}
