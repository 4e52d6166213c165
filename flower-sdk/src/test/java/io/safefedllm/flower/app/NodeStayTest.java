package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a node that is told to leave stays, so that its last reply is not lost. */
class NodeStayTest {

    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final OwnTime time = new OwnTime();
    private final ClientAppRunner[] node = new ClientAppRunner[1];
    private final WireHarness harness = WireHarness.of(FakeGeneration.GRPC_CLASSIC);
    private RunLink executor;
    private ClaimedRun run;
    private String instruction = "";
    private long replyNanos;

    @BeforeEach
    void startRun() {
        harness.submit(Map.of());
        executor = harness.executor();
        run = executor.open(executor.tryClaim(RunFilter.all()).orElseThrow());
        run.inputs();
    }

    @AfterEach
    void close() {
        executor.close();
        harness.close();
    }

    @Test
    void leave_theRunGoesOn_afterTheReplyCouldBeFetchedForFiveSeconds() {
        List<Message> fetched = new ArrayList<>();
        time.atPause = () -> {
            if (sinceReply().equals(Duration.ofMillis(4500))) {
                fetched.addAll(run.poll(List.of(instruction)));
            }
        };

        answerOnceAndLeave();

        assertThat(fetched).singleElement().matches(reply -> !reply.hasError());
        assertThat(sinceReply()).isEqualTo(LONGEST);
        assertThat(run.nodeIds()).isEmpty();
    }

    @Test
    void leave_theRunEndsMeanwhile_atOnce() {
        time.atPause = () -> {
            if (sinceReply().equals(Duration.ofSeconds(2))) {
                harness.stop(run.claim().runId());
            }
        };

        answerOnceAndLeave();

        assertThat(sinceReply()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void leave_theSuperLinkDoesNotTellOfTheRun_asIfItWentOn() {
        time.atPause = () -> harness.superLink().outage("GetRun", 1);

        answerOnceAndLeave();

        assertThat(sinceReply()).isEqualTo(LONGEST);
    }

    @Test
    void leave_nothingWasAnswered_withoutWaiting() {
        run(new NodeListener() {
            @Override
            public void joined(long nodeId) {
                node[0].close();
            }
        });

        assertThat(time.nanoTime()).isZero();
        assertThat(run.nodeIds()).isEmpty();
    }

    private Duration sinceReply() {
        return Duration.ofNanos(time.nanoTime() - replyNanos);
    }

    private void answerOnceAndLeave() {
        run(new NodeListener() {
            @Override
            public void joined(long nodeId) {
                instruction = run.send(List.of(TestMessages.train(run, nodeId))).get(0);
            }

            @Override
            public void answered(long nodeId, Message reply, boolean accepted) {
                replyNanos = time.nanoTime();
                node[0].close();
            }
        });
    }

    private void run(NodeListener listener) {
        node[0] = ClientAppRunner.builder(harness.node(), (message, context) -> message.content())
                .timing(TestMessages.clock(), time, new SplittableRandom(1))
                .listener(listener)
                .build();
        node[0].run();
    }

    /** Time that passes where the thread of the test waits, and nowhere else. */
    private static final class OwnTime implements Pauses {
        private final Thread owner = Thread.currentThread();
        private volatile long nanos;
        private Runnable atPause = () -> {};

        @Override
        public void pause(Duration duration) throws InterruptedException {
            if (Thread.currentThread() != owner) {
                new CountDownLatch(1).await();
            }
            nanos = nanoTime() + duration.toNanos();
            atPause.run();
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
