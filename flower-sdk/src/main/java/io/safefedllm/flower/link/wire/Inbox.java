package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.ObjectLink;
import io.safefedllm.flower.link.PulledObject;
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
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that were announced and whose objects are still coming. Confined to one thread.
 *
 * <p>Never waits: a sender that is slow, or never finishes, delays nobody else's messages. What cannot become a message
 * (an object is gone, or is not what it should be) comes out as an error message in its place, so a peer cannot throw an exception
 * through here.
 */
final class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final ObjectLink objects;
    private final ObjectTransfer transfer;
    private final WireSettings settings;
    private final MessageInflater inflater;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final long budget = Runtime.getRuntime().maxMemory() / 4;

    Inbox(ObjectLink objects, ObjectTransfer transfer, WireSettings settings) {
        this.objects = objects;
        this.transfer = transfer;
        this.settings = settings;
        this.inflater = new MessageInflater(settings.limits());
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

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    /** Asks for what is missing, as far as it is due, and returns messages that are complete, at most {@code limit}. */
    List<Message> collect(int limit) {
        List<Message> complete = new ArrayList<>();
        Iterator<Arrival> rest = arrivals.iterator();
        while (rest.hasNext() && complete.size() < limit) {
            Arrival arrival = rest.next();
            fetch(arrival);
            stayWithinBudget();
            if (arrival.isSettled()) {
                Message message = finish(arrival);
                rest.remove();
                complete.add(message);
            }
        }
        return complete;
    }

    private void fetch(Arrival arrival) {
        while (arrival.isDue()) {
            List<String> batch = arrival.nextBatch(ObjectTransfer.PARALLEL_CALLS);
            Map<String, PulledObject> answers =
                    transfer.pull(objects, arrival.metadata().runId(), batch);
            arrival.take(answers);
        }
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
        Metadata metadata = arrival.metadata();
        Message message = inflate(arrival);
        objects.confirm(metadata.runId(), metadata.messageId());
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
