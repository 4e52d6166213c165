package io.safefedllm.flower.link.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One message that does not arrive, or one connection that breaks, costs that message and nothing else. */
class BrokenTransfersTest {

    @ParameterizedTest
    @ValueSource(strings = {"PullObject", "ConfirmMessageReceived"})
    void receive_theRunEndsWhileItsInstructionComes_isDroppedAndTheNextRunIsServed(String method) {
        for (FakeGeneration generation : FakeGeneration.values()) {
            try (Parts parts = Parts.of(generation)) {
                long nodeId = parts.node.join();
                ClaimedRun first = parts.claim();
                first.send(List.of(TestMessages.train(first, nodeId)));
                parts.harness
                        .superLink()
                        .before(method, () -> parts.harness.stop(first.claim().runId()));

                assertThat(parts.node.receive()).as(generation.name()).isEmpty();

                ClaimedRun second = parts.claim();
                List<String> ids = second.send(List.of(TestMessages.train(second, nodeId)));
                assertThat(parts.node.receive().orElseThrow().metadata().messageId())
                        .isEqualTo(ids.get(0));
            }
        }
    }

    /** Its executor was killed in the middle of the upload: the objects never come. */
    @ParameterizedTest
    @EnumSource
    void receive_anInstructionIsUploadedByHalf_doesNotHoldUpTheNext(FakeGeneration generation) {
        try (Parts parts = Parts.of(generation)) {
            long nodeId = parts.node.join();
            ClaimedRun first = parts.claim();
            parts.harness.superLink().fail("PushObject", 1);
            assertThatThrownBy(() -> first.send(List.of(TestMessages.train(first, nodeId))))
                    .isInstanceOf(TransportException.class);
            assertThat(parts.node.receive()).isEmpty();

            ClaimedRun second = parts.claim();
            List<String> ids = second.send(List.of(TestMessages.query(second, nodeId)));

            assertThat(parts.node.receive().orElseThrow().metadata().messageId())
                    .isEqualTo(ids.get(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void receive_thePlatformFailsOnAnObject_givesAnErrorInItsPlaceAndGoesOn(FakeGeneration generation) {
        try (Parts parts = Parts.of(generation)) {
            long nodeId = parts.node.join();
            ClaimedRun run = parts.claim();
            run.send(List.of(TestMessages.train(run, nodeId)));
            parts.harness.superLink().fail("PullObject", 1);

            Message broken = parts.node.receive().orElseThrow();

            assertThat(broken.error().code()).isEqualTo(MessageError.MESSAGE_UNAVAILABLE);
            assertThat(parts.node.receive()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void poll_thePlatformFailsOnAnObject_givesAnErrorInItsPlace(FakeGeneration generation) {
        try (Parts parts = Parts.of(generation)) {
            ClaimedRun run = parts.claim();
            List<String> ids = answered(run, parts.node);
            parts.harness.superLink().fail("PullObject", 1);

            assertThat(run.poll(ids))
                    .singleElement()
                    .satisfies(reply -> assertThat(reply.error().code()).isEqualTo(MessageError.MESSAGE_UNAVAILABLE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void poll_theRunIsRefusedBetweenTwoReplies_losesNeither(FakeGeneration generation) {
        try (Parts parts = Parts.of(generation);
                NodeLink other = parts.harness.node()) {
            ClaimedRun run = parts.claim();
            List<String> ids = Stream.concat(answered(run, parts.node).stream(), answered(run, other).stream())
                    .toList();
            AtomicInteger confirmed = new AtomicInteger();
            parts.harness.superLink().before("ConfirmMessageReceived", () -> parts.harness
                    .superLink()
                    .before("ConfirmMessageReceived", () -> {
                        confirmed.incrementAndGet();
                        parts.harness.stop(run.claim().runId());
                    }));

            assertThat(run.poll(ids)).hasSize(1);
            assertThat(confirmed).hasValue(1);
            assertThatThrownBy(() -> run.poll(ids)).isInstanceOf(RunStoppedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void poll_theAnswerIsLost_costsItsReplyAndNotTheRun(FakeGeneration generation) {
        try (Parts parts = Parts.of(generation)) {
            ClaimedRun run = parts.claim();
            List<String> ids = answered(run, parts.node);
            parts.harness.superLink().loseAnswers("PullMessages", 1);

            assertThat(run.poll(ids)).isEmpty();
            assertThat(run.poll(ids))
                    .singleElement()
                    .satisfies(reply -> assertThat(reply.error().code()).isEqualTo(MessageError.MESSAGE_UNAVAILABLE));
            run.finish(RunStatus.FAILED, "no reply", null);

            assertThat(parts.harness.status(run.claim().runId())).contains(RunStatus.FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void poll_noCallGetsThroughForAMinute_fails(FakeGeneration generation) throws InterruptedException {
        try (Parts parts = Parts.of(generation)) {
            ClaimedRun run = parts.claim();
            List<String> ids = answered(run, parts.node);
            parts.harness.superLink().loseAnswers("PullMessages", Integer.MAX_VALUE);
            parts.harness.pauses().pause(Duration.ofSeconds(59));
            assertThat(run.poll(ids)).isEmpty();
            parts.harness.pauses().pause(Duration.ofSeconds(1));

            assertThatThrownBy(() -> run.poll(ids)).isInstanceOf(TransportException.class);

            run.heartbeat();
            assertThat(run.poll(ids)).isEmpty();
        }
    }

    private static List<String> answered(ClaimedRun run, NodeLink node) {
        List<String> ids = run.send(List.of(TestMessages.train(run, node.join())));
        Message instruction = node.receive().orElseThrow();
        node.reply(instruction.reply(TestMessages.weights(5f), TestMessages.NOW + 1), Duration.ZERO);
        return ids;
    }

    /** A SuperLink with one executor and one node. */
    private record Parts(WireHarness harness, RunLink link, NodeLink node) implements AutoCloseable {

        static Parts of(FakeGeneration generation) {
            WireHarness harness = WireHarness.of(generation);
            return new Parts(harness, harness.executor(), harness.node());
        }

        /** Submits a run, claims it, and pulls its inputs. */
        ClaimedRun claim() {
            harness.submit(Map.of());
            ClaimedRun run = link.open(link.tryClaim(RunFilter.all()).orElseThrow());
            run.inputs();
            return run;
        }

        @Override
        public void close() {
            node.close();
            link.close();
            harness.close();
        }
    }
}
