package io.safefedllm.flower.link.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.PulledObject;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.proto.ObjectTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How often a message is asked for whose sender is still uploading it. */
class ArrivalTest {

    private static final int PARALLEL = 4;
    private static final String CHUNK = "a".repeat(64);
    private static final String ARRAY = "b".repeat(64);

    /** As long as whoever polls waits at most. */
    private static final Duration POLL = Duration.ofMillis(250);

    private final NoPauses pauses = new NoPauses();
    private final Arrival arrival = Arrival.of(
            new Metadata(1, "m", 2, 1, "i", "", 60, "train", TestMessages.NOW),
            tree(),
            WireSettings.of(TestMessages.clock(), pauses, new SplittableRandom(1)));

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
    void nextBatch_senderIsNotReady_isOneObject() {
        assertThat(arrival.nextBatch(PARALLEL)).containsExactly(CHUNK, ARRAY);

        arrival.take(Map.of(CHUNK, PulledObject.pending(), ARRAY, PulledObject.pending()));
        assertThat(arrival.nextBatch(PARALLEL)).containsExactly(CHUNK);

        answer(CHUNK, PulledObject.available(new byte[] {1}));
        assertThat(arrival.nextBatch(PARALLEL)).containsExactly(ARRAY);
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

    private static ObjectTree tree() {
        ObjectTree chunk = ObjectTree.newBuilder().setObjectId(CHUNK).build();
        return ObjectTree.newBuilder()
                .setObjectId(ARRAY)
                .addAllChildren(List.of(chunk))
                .build();
    }
}
