package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.AppIdentity;
import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import io.safefedllm.flower.message.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run whose claim has run out while its SuperLink could not be reached. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostRunTest {

    private final List<String> ends = new ArrayList<>();
    private final LostRun run = new LostRun();

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void serveOnce_theSuperLinkIsGone_endsLostWithoutTryingToReportIt(Status trouble) {
        TransportException gone = new TransportException(trouble, "GetNodes: gone", true, null);

        RunOutcome outcome = serve(gone);

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(outcome.cause()).isSameAs(gone);
        assertThat(outcome.reason()).isEqualTo("GetNodes: gone");
        assertThat(run.finished).isEmpty();
        assertThat(ends).containsExactly("GetNodes: gone");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"})
    void serveOnce_theSuperLinkAnswersAfterTheLoss_isToldTheEnd(Status refusal) {
        RunOutcome outcome = serve(new TransportException(refusal, "no", true, null));

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.finished).containsExactly("failed no");
    }

    @Test
    void serveOnce_theSuperLinkIsGoneBeforeTheHeartbeatsSayIt_endsInTheSameWay() {
        TransportException gone = new TransportException(Status.UNAVAILABLE, "GetNodes: gone", true, null);

        RunOutcome outcome = serve((grid, context) -> {
            throw gone;
        });

        assertThat(run.finished).isEmpty();
        assertThat(outcome.cause()).isSameAs(gone);
        assertThat(outcome.reason()).isEqualTo("GetNodes: gone");
    }

    @Test
    void serveOnce_aCallIsLostWhileTheSuperLinkIsThere_isToldTheEnd() {
        run.isThere = true;

        RunOutcome outcome = serve(new TransportException(Status.UNAVAILABLE, "PullTaskInput: reset", true, null));

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.finished).containsExactly("failed PullTaskInput: reset");
    }

    @Test
    void serveOnce_theAppWrapsTheLossOfItsSuperLink_endsInTheSameWay() {
        RunOutcome outcome = serve((grid, context) -> {
            throw new IllegalStateException(
                    "round 2", new TransportException(Status.UNAVAILABLE, "GetNodes: gone", true, null));
        });

        assertThat(outcome.reason()).isEqualTo("round 2");
        assertThat(run.finished).isEmpty();
    }

    @Test
    void serveOnce_theRunWasStoppedByARefusal_isNotToldItsEnd() {
        TransportException refusal = new TransportException(Status.PERMISSION_DENIED, "no", true, null);

        RunOutcome outcome = serve((grid, context) -> {
            throw new RunStoppedException(RunStoppedException.Reason.STOPPED_BY_USER, "run 7 was stopped", refusal);
        });

        assertThat(outcome.status()).isEqualTo(RunStatus.STOPPED);
        assertThat(run.finished).isEmpty();
    }

    /** Serves the run with an app that throws once the last heartbeat has ended. */
    private RunOutcome serve(TransportException thrown) {
        return serve((grid, context) -> {
            run.lost.countDown();
            run.heartbeats.join().join();
            throw thrown;
        });
    }

    private RunOutcome serve(ServerApp app) {
        ServerAppExecutor.Builder builder = ServerAppExecutor.builder(new OneRunLink(run), app)
                .listener(new ExecutorListener() {
                    @Override
                    public void ended(RunOutcome outcome) {
                        ends.add(outcome.reason());
                    }
                })
                .timing(TestMessages.clock(), new NoPauses(), new SplittableRandom(1));
        try (ServerAppExecutor executor = builder.build()) {
            return executor.serveOnce().orElseThrow();
        }
    }

    /** Its heartbeats wait until it is to be lost; the thread that sends them ends once the executor knows of it. */
    private static final class LostRun implements ClaimedRun {
        private final CountDownLatch lost = new CountDownLatch(1);
        private final CompletableFuture<Thread> heartbeats = new CompletableFuture<>();
        private final List<String> finished = new ArrayList<>();
        private volatile boolean isThere;
        private volatile @Nullable Thread serving;

        @Override
        public RunClaim claim() {
            return RunClaim.of("lost", 7, "token").build();
        }

        @Override
        public boolean heartbeat() {
            if (Thread.currentThread() == serving) {
                return lastHeartbeat();
            }
            heartbeats.complete(Thread.currentThread());
            try {
                lost.await();
                return false;
            } catch (InterruptedException e) {
                throw new TransportException(Status.CANCELLED, "a heartbeat was interrupted", true, e);
            }
        }

        /** What the executor asks before it gives up reporting the end. */
        private boolean lastHeartbeat() {
            if (!isThere) {
                throw new TransportException(Status.UNAVAILABLE, "SendTaskHeartbeat: gone", false, null);
            }
            return true;
        }

        @Override
        public RunStoppedException gone() {
            return new RunStoppedException(RunStoppedException.Reason.LOST, "run 7 was given up");
        }

        @Override
        public RunInputs inputs() {
            serving = Thread.currentThread();
            return new RunInputs(7, new AppIdentity("test/app", "1.0.0", "0".repeat(64)), Map.of(), new byte[0]);
        }

        @Override
        public List<Long> nodeIds() {
            return List.of();
        }

        @Override
        public List<String> send(List<Message> messages) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public List<Message> poll(Collection<String> messageIds) {
            throw new AssertionError("nothing is asked for");
        }

        @Override
        public void log(String text) {
            assertThat(text).containsAnyOf("no", "reset");
        }

        @Override
        public void finish(RunStatus status, String reason, @Nullable RunInputs inputs) {
            finished.add(status.wireName() + " " + reason);
        }
    }

    /** Gives out one run. */
    private record OneRunLink(LostRun run) implements RunLink {

        @Override
        public String generation() {
            return "lost";
        }

        @Override
        public String address() {
            return "127.0.0.1:1";
        }

        @Override
        public Optional<RunClaim> tryClaim(RunFilter filter) {
            return Optional.of(run.claim());
        }

        @Override
        public ClaimedRun open(RunClaim claim) {
            return run;
        }

        @Override
        public void close() {}
    }
}
