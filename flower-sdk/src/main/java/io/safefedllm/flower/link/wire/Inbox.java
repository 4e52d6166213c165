package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.ObjectLink;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.object.MalformedObjectException;
import io.safefedllm.flower.object.MessageInflater;
import io.safefedllm.flower.object.WireMessages;
import io.safefedllm.flower.proto.ObjectTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that were announced and whose objects are still coming. Confined to one thread.
 *
 * <p>Never waits: a sender that is slow, or never finishes, delays nobody else's messages. What cannot become a message
 * (an object is gone, or is not what it should be, or the platform fails on it) comes out as an error message in its place, so a peer
 * cannot throw an exception through here, and one message does not hold up the others. A node's instruction whose run has ended
 * is dropped.
 */
final class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final ObjectLink objects;
    private final ObjectTransfer transfer;
    private final WireSettings settings;

    /** The run of an executor; a node has instructions of any. */
    private final OptionalLong ownRun;

    private final MessageInflater inflater;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final long budget = Runtime.getRuntime().maxMemory() / 4;

    private Inbox(OptionalLong ownRun, ObjectLink objects, ObjectTransfer transfer, WireSettings settings) {
        this.ownRun = ownRun;
        this.objects = objects;
        this.transfer = transfer;
        this.settings = settings;
        this.inflater = new MessageInflater(settings.limits());
    }

    /** The inbox of a node. */
    static Inbox ofNode(ObjectLink objects, ObjectTransfer transfer, WireSettings settings) {
        return new Inbox(OptionalLong.empty(), objects, transfer, settings);
    }

    /** The inbox of a run's executor; the platform's own messages up to 1.32 do not say whose they are. */
    static Inbox ofRun(long runId, ObjectLink objects, ObjectTransfer transfer, WireSettings settings) {
        return new Inbox(OptionalLong.of(runId), objects, transfer, settings);
    }

    /** Takes note of messages that the platform handed out, with the tree of each. */
    void announce(List<io.safefedllm.flower.proto.Message> envelopes, List<ObjectTree> trees) {
        for (int i = 0; i < envelopes.size(); i++) {
            try {
                Metadata metadata = WireMessages.metadata(envelopes.get(i));
                ObjectTree tree = i < trees.size() ? trees.get(i) : ObjectTree.getDefaultInstance();
                arrivals.add(Arrival.of(metadata, tree, settings));
            } catch (MalformedObjectException e) {
                LOG.warn("Dropped a message whose envelope is malformed: {}", e.getMessage());
            }
        }
    }

    /** Returns the ids of the instructions whose replies are on their way. */
    Set<String> answered() {
        return arrivals.stream()
                .map(arrival -> arrival.metadata().replyToMessageId())
                .collect(Collectors.toSet());
    }

    /**
     * Asks for what is missing, as far as it is due, and returns messages that are complete, at most {@code limit}.
     *
     * @throws TransportException if it concerns more than one message and none is complete before it; nothing is lost, and the next call
     *     goes on
     */
    List<Message> collect(int limit) {
        List<Message> complete = new ArrayList<>();
        Iterator<Arrival> rest = arrivals.iterator();
        while (rest.hasNext() && complete.size() < limit) {
            Arrival arrival = rest.next();
            try {
                fetch(arrival);
                stayWithinBudget();
                if (arrival.isSettled()) {
                    Message message = finish(arrival);
                    rest.remove();
                    complete.add(message);
                }
            } catch (TransportException e) {
                if (ownRun.isPresent() || e.status() != Status.PERMISSION_DENIED) {
                    requireComplete(complete, e);
                    return complete;
                }
                LOG.info("Dropped an instruction of run {}, which has ended", Long.toUnsignedString(run(arrival)));
                rest.remove();
            }
        }
        return complete;
    }

    /** What was confirmed is not given out again, so it must not go with a failure of what comes after it. */
    private static void requireComplete(List<Message> complete, TransportException failure) {
        if (complete.isEmpty()) {
            throw failure;
        }
        LOG.debug("Asking goes on with the next call", failure);
    }

    private void fetch(Arrival arrival) {
        while (arrival.isDue()) {
            List<String> batch = arrival.nextBatch(ObjectTransfer.PARALLEL_CALLS);
            try {
                arrival.take(transfer.pull(objects, run(arrival), batch));
            } catch (TransportException e) {
                requireOfOneMessage(e);
                arrival.giveUp("the platform failed on an object of the message: " + e.getMessage());
            }
        }
    }

    /** The platform answers, and neither the run nor the node is refused: what failed is this message. */
    private static void requireOfOneMessage(TransportException e) {
        switch (e.status()) {
            case INTERNAL, INVALID_ARGUMENT, FAILED_PRECONDITION, PROTOCOL ->
                LOG.warn("A message cannot be had: {}", e.getMessage());
            default -> throw e;
        }
    }

    private long run(Arrival arrival) {
        return ownRun.orElse(arrival.metadata().runId());
    }

    /** Gives up the largest unfinished messages while all of them hold more than the heap can spare. */
    private void stayWithinBudget() {
        while (arrivals.stream().mapToLong(Arrival::heldBytes).sum() > budget) {
            Arrival largest = Collections.max(arrivals, Comparator.comparingLong(Arrival::heldBytes));
            LOG.warn("Gave up a message of {} bytes: too many unfinished ones wait", largest.heldBytes());
            largest.giveUp("too many unfinished messages wait; give the process a larger heap");
        }
    }

    private Message finish(Arrival arrival) {
        Message message = inflate(arrival);
        try {
            objects.confirm(run(arrival), arrival.metadata().messageId());
        } catch (TransportException e) {
            requireOfOneMessage(e);
        }
        return message;
    }

    private Message inflate(Arrival arrival) {
        Metadata metadata = arrival.metadata();
        try {
            return inflater.inflate(metadata, arrival::object);
        } catch (MalformedObjectException e) {
            long code = arrival.isIncomplete() ? MessageError.MESSAGE_UNAVAILABLE : MessageError.UNKNOWN;
            return Message.ofError(metadata, new MessageError(code, String.valueOf(e.getMessage())));
        }
    }
}
