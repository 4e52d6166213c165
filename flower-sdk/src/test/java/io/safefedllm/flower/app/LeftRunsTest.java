package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restarted executor does with the runs that it drove when it was killed. */
class LeftRunsTest {

    private final WireHarness harness = WireHarness.of(FakeGeneration.HTTP_ACQUIRE);
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final Kept kept = new Kept();

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void serveOnce_aRunThatWasLeft_goesOnWithTheInputsThatWereKept() {
        long runId = leave(Map.of("rate", 0.5), true);

        RunOutcome outcome =
                serve((grid, context) -> grid.log("rate " + context.runConfig().get("rate")));

        assertThat(outcome.isCompleted()).isTrue();
        assertThat(harness.status(runId)).contains(RunStatus.COMPLETED);
        assertThat(harness.log(runId)).contains("rate 0.5");
        assertThat(harness.superLink().calls().stream().filter("PullTaskInput"::equals))
                .hasSize(1);
        assertThat(events).containsExactly("taken up", "started", "forgotten", "ended");
        assertThat(kept.runs).isEmpty();
    }

    @Test
    void serveOnce_leftBeforeItsInputsWerePulled_pullsThemNow() {
        long runId = leave(Map.of("rate", 0.5), false);

        RunOutcome outcome =
                serve((grid, context) -> assertThat(context.runConfig()).containsEntry("rate", 0.5));

        assertThat(outcome.isCompleted()).isTrue();
        assertThat(harness.status(runId)).contains(RunStatus.COMPLETED);
        assertThat(events)
                .containsExactly("taken up", "kept the claim", "kept the inputs", "started", "forgotten", "ended");
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC_OLDEST", "GRPC_TASK", "HTTP_ACQUIRE"})
    void serveOnce_killedWhileItsInputsCame_failsAndSaysSo(FakeGeneration generation) {
        try (WireHarness other = WireHarness.of(generation)) {
            long runId = other.submit(Map.of());
            try (RunLink earlier = other.executor()) {
                RunClaim claim = earlier.tryClaim(RunFilter.all()).orElseThrow();
                earlier.open(claim).inputs();
                kept.runs.put(runId, KeptRun.of(claim));
            }

            RunOutcome outcome = serve(other.executor(), (grid, context) -> {});

            assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
            assertThat(other.status(runId)).contains(RunStatus.FAILED);
            assertThat(other.statusDetails(runId)).contains("given out before", "start the run again");
            assertThat(kept.runs).isEmpty();
        }
    }

    @Test
    void serveOnce_aRunThatWasStoppedMeanwhile_isOverAndTheNextOneIsServed() {
        long over = leave(Map.of(), true);
        harness.stop(over);
        long next = harness.submit(Map.of());

        RunOutcome outcome = serve((grid, context) -> {});

        assertThat(outcome.runId()).isEqualTo(next);
        assertThat(events).startsWith("forgotten", "over", "kept the claim");
        assertThat(harness.status(over)).contains(RunStatus.STOPPED);
        assertThat(kept.runs).isEmpty();
    }

    @Test
    void serveOnce_aHeartbeatThatFailsWithoutARefusal_goesOn() {
        long runId = leave(Map.of(), true);
        harness.superLink().outage("SendTaskHeartbeat", 1);

        RunOutcome outcome = serve((grid, context) -> {});

        assertThat(outcome.runId()).isEqualTo(runId);
        assertThat(outcome.isCompleted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void serveForever_aRunThatTheFilterRefuses_isLeftToTheExecutorThatTakesIt(boolean withInputs) {
        long runId = leave(Map.of(), withInputs);

        serveUntilWaiting(
                builder(harness.executor(), (grid, context) -> {}).filter(RunFilter.of(List.of("0".repeat(64)))));

        assertThat(events).isEmpty();
        assertThat(harness.status(runId)).isEmpty();
        assertThat(serve((grid, context) -> {}).runId()).isEqualTo(runId);
    }

    @Test
    void serveOnce_severalRunsThatWereLeft_takesUpOnlyTheOneThatItServes() {
        long first = leave(Map.of(), true);
        long second = leave(Map.of(), true);

        assertThat(serve((grid, context) -> {}).runId()).isEqualTo(first);

        assertThat(kept.takenUp).containsExactly(first);
        assertThat(kept.runs).containsOnlyKeys(second);
        assertThat(harness.status(second)).isEmpty();
    }

    @Test
    void serveOnce_aRunThatALivingProcessDrives_isLeftToItAndTheNextOneIsServed() {
        long driven = leave(Map.of(), true);
        long free = leave(Map.of(), true);
        kept.driven = Optional.of(driven);

        assertThat(serve((grid, context) -> {}).runId()).isEqualTo(free);

        assertThat(kept.runs).containsOnlyKeys(driven);
        assertThat(harness.status(driven)).isEmpty();
    }

    @Test
    void serveOnce_aRunThatCannotBeTakenUp_isLeftAloneAndTheNextOneIsServed() {
        long first = leave(Map.of(), true);
        long second = leave(Map.of(), true);
        kept.locksFailOnce = true;

        assertThat(serve((grid, context) -> {}).runId()).isEqualTo(second);

        assertThat(kept.runs).containsOnlyKeys(first);
    }

    @Test
    void serveOnce_aFreshRunWhoseInputsWereGivenOut_isNotExplainedByAKilledExecutor() {
        long runId = harness.submit(Map.of());
        kept.atKeep = claim -> {
            try (RunLink other = harness.executor()) {
                other.open(claim).inputs();
            }
        };

        RunOutcome outcome = serve((grid, context) -> {});

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(harness.statusDetails(runId)).isNotEmpty().doesNotContain("killed");
    }

    @Test
    void serveForever_severalRunsThatWereLeft_goOnSideBySide() throws Exception {
        List<Long> runs = List.of(leave(Map.of(), true), leave(Map.of(), true));
        CountDownLatch bothRun = new CountDownLatch(2);

        serveUntilWaiting(builder(harness.executor(), (grid, context) -> {
                    bothRun.countDown();
                    assertThat(bothRun.await(30, TimeUnit.SECONDS)).isTrue();
                })
                .atOnce(2));

        assertThat(runs).allSatisfy(run -> assertThat(harness.status(run)).contains(RunStatus.COMPLETED));
    }

    @Test
    void serveOnce_aFreshRun_isKeptWithItsInputsUntilItsEnd() {
        long runId = harness.submit(Map.of("rate", 0.5));

        serve((grid, context) -> {
            KeptRun run = Objects.requireNonNull(kept.runs.get(runId));
            assertThat(run.inputs().orElseThrow().runConfig()).containsEntry("rate", 0.5);
            assertThat(run.claim().secret()).isNotEmpty();
        });

        assertThat(events).containsExactly("kept the claim", "kept the inputs", "started", "forgotten", "ended");
        assertThat(kept.runs).isEmpty();
    }

    @Test
    void serveOnce_aRunThatAnotherProcessDrives_failsBeforeItsInputsArePulled() {
        long runId = harness.submit(Map.of());
        kept.failure = Optional.of(new IOException("another process drives the run"));

        RunOutcome outcome = serve((grid, context) -> {});

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(harness.statusDetails(runId)).isEqualTo("another process drives the run");
        assertThat(harness.superLink().calls()).doesNotContain("PullTaskInput");
    }

    @Test
    void serveOnce_aStoreThatCannotBeLookedAt_endsTheExecutor() {
        kept.failure = Optional.of(new IOException("no permission"));
        kept.failsAtOnce = true;

        assertThatThrownBy(() -> serve((grid, context) -> {}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no permission");
    }

    /** Leaves a run as an executor does that is killed: claimed, with its inputs or before they were pulled, and not ended. */
    private long leave(Map<String, Object> runConfig, boolean withInputs) {
        long runId = harness.submit(runConfig);
        try (RunLink earlier = harness.executor()) {
            ClaimedRun run = earlier.open(earlier.tryClaim(RunFilter.all()).orElseThrow());
            kept.runs.put(runId, withInputs ? KeptRun.of(run.claim(), run.inputs()) : KeptRun.of(run.claim()));
        }
        return runId;
    }

    /** Serves until nothing is at hand that the executor takes. */
    private static void serveUntilWaiting(ServerAppExecutor.Builder builder) {
        ServerAppExecutor[] executor = new ServerAppExecutor[1];
        AtomicInteger running = new AtomicInteger();
        executor[0] = builder.listener(new ExecutorListener() {
                    @Override
                    public void takenUp(RunClaim claim) {
                        running.incrementAndGet();
                    }

                    @Override
                    public void ended(RunOutcome outcome) {
                        running.decrementAndGet();
                    }

                    @Override
                    public void waiting() {
                        if (running.get() == 0) {
                            executor[0].close();
                        }
                    }
                })
                .build();
        executor[0].serveForever();
    }

    private RunOutcome serve(ServerApp app) {
        return serve(harness.executor(), app);
    }

    private RunOutcome serve(RunLink link, ServerApp app) {
        try (ServerAppExecutor executor = builder(link, app).build()) {
            return executor.serveOnce().orElseThrow();
        }
    }

    private ServerAppExecutor.Builder builder(RunLink link, ServerApp app) {
        return ServerAppExecutor.builder(link, app)
                .claims(kept)
                .listener(new EventRecorder(events))
                .timing(TestMessages.clock(), new NoPauses(), new SplittableRandom(1));
    }

    /** Keeps runs in memory. */
    private final class Kept implements ClaimStore {
        private final Map<Long, KeptRun> runs = Collections.synchronizedMap(new LinkedHashMap<>());
        private Optional<IOException> failure = Optional.empty();
        private boolean failsAtOnce;
        private boolean locksFailOnce;
        private Optional<Long> driven = Optional.empty();
        private Consumer<RunClaim> atKeep = claim -> {};
        private final List<Long> takenUp = new ArrayList<>();

        @Override
        public List<KeptRun> left() throws IOException {
            if (failsAtOnce) {
                throw failure.orElseThrow();
            }
            return List.copyOf(runs.values());
        }

        @Override
        public Optional<KeptRun> takeUp(long runId) throws IOException {
            if (locksFailOnce) {
                locksFailOnce = false;
                throw new IOException("No locks available");
            }
            if (driven.filter(run -> run == runId).isPresent()) {
                return Optional.empty();
            }
            takenUp.add(runId);
            return Optional.ofNullable(runs.get(runId));
        }

        @Override
        public void keep(KeptRun run) throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            runs.put(run.claim().runId(), run);
            events.add(run.inputs().isPresent() ? "kept the inputs" : "kept the claim");
            if (run.inputs().isEmpty()) {
                atKeep.accept(run.claim());
            }
        }

        @Override
        public void forget(long runId) {
            runs.remove(runId);
            events.add("forgotten");
        }
    }
}
