package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.PulledObject;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.proto.ObjectTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often a message is asked for whose sender is still uploading it. */
class ArrivalTest {

    private static final int PARALLEL = 4;
    private static final String CHUNK = "a".repeat(64);
    private static final String ARRAY = "b".repeat(64);

    /** As long as whoever polls waits at most. */
    private static final Duration POLL = Duration.ofMillis(250);

    private final NoPauses pauses = new NoPauses();
    private final Arrival arrival = arrival(List.of(CHUNK, ARRAY));

    @Test
    void isDue_senderIsUploading_isDueAtEveryPoll() throws InterruptedException {
        for (int poll = 0; poll < 40; poll++) {
            assertThat(arrival.isDue()).as("poll " + poll).isTrue();
            answer(CHUNK, PulledObject.pending());
            assertThat(arrival.isDue()).isFalse();
            pauses.pause(POLL);
        }
    }

    @Test
    void isDue_senderIsSilent_isDueLessAndLess() throws InterruptedException {
        assertThat(asksWithin(Duration.ofSeconds(10))).isEqualTo(40);
        assertThat(asksWithin(Duration.ofSeconds(30))).isBetween(8, 14);
        assertThat(asksWithin(Duration.ofMinutes(5))).isBetween(24, 38);
    }

    @Test
    void isDue_silentSenderGoesOn_isDueAtEveryPollAgain() throws InterruptedException {
        asksWithin(Duration.ofSeconds(60));
        pauses.pause(Duration.ofSeconds(12));
        answer(CHUNK, PulledObject.available(new byte[] {1}));
        answer(ARRAY, PulledObject.pending());
        pauses.pause(POLL);

        assertThat(asksWithin(Duration.ofSeconds(9))).isEqualTo(36);
    }

    @Test
    void nextBatch_senderIsNotReady_isOneObjectAndEachTimeAnother() {
        assertThat(arrival.nextBatch(PARALLEL)).containsExactly(CHUNK, ARRAY);

        answer(CHUNK, PulledObject.pending());
        assertThat(arrival.nextBatch(PARALLEL)).containsExactly(ARRAY);
        answer(ARRAY, PulledObject.pending());
        assertThat(arrival.nextBatch(PARALLEL)).containsExactly(CHUNK);

        answer(CHUNK, PulledObject.available(new byte[] {1}));
        assertThat(arrival.nextBatch(PARALLEL)).containsExactly(ARRAY);
    }

    @Test
    void isDue_theFirstObjectComesLast_isDueAtEveryPollAndThenComplete() throws InterruptedException {
        List<String> ids = ids(12);
        Arrival message = arrival(ids);
        Set<String> uploaded = new HashSet<>();
        for (String id : ids.subList(1, ids.size())) {
            assertDueAtEveryPoll(message, uploaded, Duration.ofSeconds(8), asked -> {});
            uploaded.add(id);
        }
        assertDueAtEveryPoll(message, uploaded, Duration.ofSeconds(9), asked -> {});
        assertThat(message.isSettled()).isFalse();

        uploaded.add(ids.get(0));

        poll(message, uploaded);
        assertThat(message.isSettled()).isTrue();
    }

    @Test
    void isDue_whatComesIsAlwaysWhatWasJustAskedFor_isDueAtEveryPoll() throws InterruptedException {
        Arrival message = arrival(ids(60));
        Set<String> uploaded = new HashSet<>();

        for (int part = 0; part < 10; part++) {
            List<String> asked = new ArrayList<>();
            assertDueAtEveryPoll(message, uploaded, Duration.ofSeconds(9), asked::add);
            uploaded.add(asked.get(asked.size() - 1));
        }

        assertThat(message.heldBytes()).isGreaterThanOrEqualTo(5);
    }

    private void assertDueAtEveryPoll(
            Arrival message, Set<String> uploaded, Duration time, Consumer<String> askedInVain)
            throws InterruptedException {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(POLL)) {
            assertThat(message.isDue())
                    .as("%s after %s objects", passed, uploaded.size())
                    .isTrue();
            poll(message, uploaded).forEach(askedInVain);
            pauses.pause(POLL);
        }
    }

    /** Asks as often as the message is due; returns what was not there. */
    private static List<String> poll(Arrival message, Set<String> uploaded) {
        List<String> inVain = new ArrayList<>();
        while (message.isDue()) {
            Map<String, PulledObject> answers = new LinkedHashMap<>();
            for (String id : message.nextBatch(PARALLEL)) {
                boolean there = uploaded.contains(id);
                answers.put(id, there ? PulledObject.available(new byte[] {1}) : PulledObject.pending());
                if (!there) {
                    inVain.add(id);
                }
            }
            message.take(answers);
        }
        return inVain;
    }

    private int asksWithin(Duration time) throws InterruptedException {
        int asks = 0;
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(POLL)) {
            if (arrival.isDue()) {
                answer(arrival.nextBatch(1).get(0), PulledObject.pending());
                asks++;
            }
            pauses.pause(POLL);
        }
        return asks;
    }

    private void answer(String id, PulledObject answer) {
        arrival.take(Map.of(id, answer));
    }

    private Arrival arrival(List<String> ids) {
        return Arrival.of(
                new Metadata(1, "m", 2, 1, "i", "", 60, "train", TestMessages.NOW),
                tree(ids),
                WireSettings.of(TestMessages.clock(), pauses, new SplittableRandom(1)));
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "%064x".formatted(i)).toList();
    }

    /** Returns a tree whose objects are asked for in the order of the ids: the last one holds the others. */
    private static ObjectTree tree(List<String> ids) {
        int last = ids.size() - 1;
        ObjectTree.Builder tree = ObjectTree.newBuilder().setObjectId(ids.get(last));
        ids.subList(0, last)
                .forEach(id -> tree.addChildren(ObjectTree.newBuilder().setObjectId(id)));
        return tree.build();
    }
}
