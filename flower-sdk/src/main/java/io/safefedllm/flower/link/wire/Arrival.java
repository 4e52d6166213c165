package io.safefedllm.flower.link.wire;

import io.safefedllm.flower.link.PulledObject;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.object.MalformedObjectException;
import io.safefedllm.flower.object.WireMessages;
import io.safefedllm.flower.proto.ObjectTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One announced message and the objects of it that are here. Confined to one thread.
 *
 * <p>Settled when nothing is missing any more or nothing more will come. While its sender is still uploading it is due again after ten
 * milliseconds, so whoever polls sets the pace; after ten seconds without any object the wait doubles up to ten seconds, for two hours at
 * most. Objects may come in any order: the one that was asked for longest ago is asked for next, and only what every missing one has
 * answered counts as silence.
 */
final class Arrival {

    private static final Duration FIRST_WAIT = Duration.ofMillis(10);

    /** Longer than the largest usual object takes: a sender that is silent for longer has stalled. */
    private static final Duration LIVELY = Duration.ofSeconds(10);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final double JITTER_LOW = 0.8;
    private static final double JITTER_HIGH = 1.2;

    private final Metadata metadata;
    private final WireSettings settings;

    /** When each missing object was last asked for in vain, the longest ago first; the arrival's time if never. */
    private final Map<String, Long> missing = new LinkedHashMap<>();

    private final Map<String, byte[]> here = new HashMap<>();
    private final long arrivedNanos;
    private long bytes;
    private long dueNanos;
    private long lastKeptNanos;
    private boolean pending;
    private Duration wait = FIRST_WAIT;
    private String problem = "";
    private boolean gone;

    private Arrival(Metadata metadata, WireSettings settings) {
        this.metadata = metadata;
        this.settings = settings;
        this.arrivedNanos = settings.pauses().nanoTime();
        this.lastKeptNanos = arrivedNanos;
        this.dueNanos = arrivedNanos;
    }

    /** Makes the record of a new message; a tree that no message can have settles it at once. */
    static Arrival of(Metadata metadata, ObjectTree tree, WireSettings settings) {
        Arrival arrival = new Arrival(metadata, settings);
        try {
            Set<String> ids = new LinkedHashSet<>();
            collect(WireMessages.tree(tree), ids);
            if (ids.size() > maxObjects(settings)) {
                arrival.problem = "the message has " + ids.size() + " objects, more than " + maxObjects(settings);
            } else {
                ids.forEach(id -> arrival.missing.put(id, arrival.arrivedNanos));
            }
        } catch (MalformedObjectException e) {
            arrival.problem = String.valueOf(e.getMessage());
        }
        return arrival;
    }

    Metadata metadata() {
        return metadata;
    }

    /** Returns whether there is something to ask for now. */
    boolean isDue() {
        return !isSettled() && settings.pauses().nanoTime() - dueNanos >= 0;
    }

    boolean isSettled() {
        return !problem.isEmpty() || missing.isEmpty();
    }

    /** Returns whether objects are lacking that exist nowhere any more. */
    boolean isIncomplete() {
        return gone;
    }

    /** Returns the bytes of the objects that are here already. */
    long heldBytes() {
        return here.isEmpty() ? 0 : bytes;
    }

    /** Drops what is here and settles the message as one that cannot be had. */
    void giveUp(String reason) {
        problem = reason;
        gone = true;
        here.clear();
    }

    /** Returns what to ask for: one object if the last answer was that its sender is not ready, else as many as {@code size}. */
    List<String> nextBatch(int size) {
        List<String> batch = new ArrayList<>();
        int limit = pending ? 1 : size;
        for (String id : missing.keySet()) {
            if (batch.size() == limit) {
                break;
            }
            batch.add(id);
        }
        return batch;
    }

    void take(Map<String, PulledObject> answers) {
        pending = false;
        for (Map.Entry<String, PulledObject> answer : answers.entrySet()) {
            switch (answer.getValue().state()) {
                case AVAILABLE -> keep(answer.getKey(), answer.getValue().bytes());
                case PENDING -> askAgainLast(answer.getKey());
                case GONE -> giveUp("object " + answer.getKey() + " of the message is gone");
            }
        }
        if (pending) {
            postpone();
        }
    }

    /** Returns an object for the inflater. */
    byte[] object(String id) throws MalformedObjectException {
        byte[] content = here.get(id);
        if (content == null) {
            throw new MalformedObjectException(
                    problem.isEmpty() ? "object " + id + " is not part of the message's tree" : problem);
        }
        return content;
    }

    private void keep(String id, byte[] content) {
        missing.remove(id);
        wait = FIRST_WAIT;
        lastKeptNanos = settings.pauses().nanoTime();
        bytes += content.length;
        if (bytes > settings.limits().maxMessageBytes()) {
            problem = "the message is larger than " + settings.limits().maxMessageBytes() + " bytes";
            here.clear();
        } else {
            here.put(id, content);
        }
    }

    private void askAgainLast(String id) {
        pending = true;
        missing.remove(id);
        missing.put(id, settings.pauses().nanoTime());
    }

    /** Returns for how long it is certain that the sender has uploaded nothing: until the first of the missing was asked for. */
    private Duration silence() {
        return Duration.ofNanos(missing.values().iterator().next() - lastKeptNanos);
    }

    private void postpone() {
        long now = settings.pauses().nanoTime();
        if (now - arrivedNanos > PATIENCE.toNanos()) {
            giveUp("the sender has not uploaded the message within " + PATIENCE.toHours() + " hours");
            return;
        }
        double factor = settings.dice().nextDouble(JITTER_LOW, JITTER_HIGH);
        dueNanos = now + (long) (wait.toNanos() * factor);
        if (silence().compareTo(LIVELY) >= 0) {
            Duration doubled = wait.multipliedBy(2);
            wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
        }
    }

    private static int maxObjects(WireSettings settings) {
        return 2 * (settings.limits().maxEntries() + settings.limits().maxChunks());
    }

    private static void collect(io.safefedllm.flower.object.ObjectTree tree, Set<String> ids) {
        tree.children().forEach(child -> collect(child, ids));
        ids.add(tree.objectId());
    }
}
