package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerAppExecutorTest {

    private final WireHarness harness = WireHarness.of(FakeGeneration.HTTP_ACQUIRE);
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final List<ServerAppExecutor> executors = new ArrayList<>();

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void serveOnce_theAppReturns_completesTheRunAndFlushesItsLog() {
        long runId = harness.submit(Map.of("rate", 0.5));

        RunOutcome outcome =
                serve((grid, context) -> grid.log("rate " + context.runConfig().get("rate")));

        assertThat(outcome.isCompleted()).isTrue();
        assertThat(harness.status(runId)).contains(RunStatus.COMPLETED);
        assertThat(harness.log(runId)).isEqualTo("\u001b[92mINFO \u001b[0m:      rate 0.5\n");
        assertThat(events).containsExactly("started", "ended");
    }

    @Test
    void serveOnce_theAppThrows_failsTheRunWithItsReason() {
        long runId = harness.submit(Map.of());

        RunOutcome outcome = serve((grid, context) -> {
            throw new IllegalStateException("no probe");
        });

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(harness.statusDetails(runId)).isEqualTo("no probe");
        assertThat(harness.log(runId)).contains("ERROR").contains("no probe");
    }

    @Test
    void serveOnce_theUserStopsTheRun_endsStopped() {
        long runId = harness.submit(Map.of());

        RunOutcome outcome = serve((grid, context) -> {
            harness.stop(runId);
            grid.nodeIds();
        });

        assertThat(outcome.status()).isEqualTo(RunStatus.STOPPED);
        assertThat(outcome.reason()).endsWith("was stopped");
        assertThat(events).containsExactly("started", "ended");
    }

    @Test
    void close_duringARun_reportsItStopped() {
        long runId = harness.submit(Map.of());
        ServerAppExecutor[] executor = new ServerAppExecutor[1];

        executor[0] = builder((grid, context) -> {
                    executor[0].close();
                    grid.nodeIds();
                })
                .build();
        Optional<RunOutcome> outcome = executor[0].serveOnce();

        assertThat(outcome).map(RunOutcome::status).contains(RunStatus.STOPPED);
        assertThat(harness.status(runId)).contains(RunStatus.STOPPED);
    }

    @Test
    void serveForever_twoRunsAtOnce_completeSideBySide() throws Exception {
        CyclicBarrier bothRun = new CyclicBarrier(2);
        long first = harness.submit(Map.of("name", "first"));
        long second = harness.submit(Map.of("name", "second"));
        CountDownLatch ended = new CountDownLatch(2);
        ServerAppExecutor executor = builder((grid, context) -> {
                    bothRun.await(30, TimeUnit.SECONDS);
                    grid.log("of " + context.runConfig().get("name"));
                })
                .atOnce(2)
                .listener(new ExecutorListener() {
                    @Override
                    public void ended(RunOutcome outcome) {
                        ended.countDown();
                    }
                })
                .build();
        Thread serving = new Thread(executor::serveForever, "serving");
        serving.start();

        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        executor.close();
        serving.join(30_000);

        assertThat(List.of(first, second))
                .allSatisfy(run -> assertThat(harness.status(run)).contains(RunStatus.COMPLETED));
        assertThat(harness.log(first)).contains("of first").doesNotContain("second");
        assertThat(harness.log(second)).contains("of second").doesNotContain("first");
    }

    @Test
    void serveForever_oneAtOnce_leavesTheSecondRunPending() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        harness.submit(Map.of());
        long second = harness.submit(Map.of());
        ServerAppExecutor executor = builder((grid, context) -> {
                    running.countDown();
                    while (true) {
                        grid.nodeIds();
                    }
                })
                .build();
        Thread serving = new Thread(executor::serveForever, "serving");
        serving.start();
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();

        executor.close();
        serving.join(30_000);

        assertThat(harness.status(second)).isEmpty();
        assertThat(harness.superLink().calls().stream().filter("PullTaskInput"::equals))
                .hasSize(1);
    }

    @Test
    void close_duringSeveralRuns_reportsAllStoppedWithTheReason() throws Exception {
        List<Long> runs = List.of(harness.submit(Map.of()), harness.submit(Map.of()));
        CountDownLatch running = new CountDownLatch(2);
        ServerAppExecutor executor = builder((grid, context) -> {
                    running.countDown();
                    while (true) {
                        grid.nodeIds();
                    }
                })
                .atOnce(2)
                .build();
        Thread serving = new Thread(executor::serveForever, "serving");
        serving.start();
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();

        executor.close();
        serving.join(30_000);

        assertThat(serving.isAlive()).isFalse();
        assertThat(runs).allSatisfy(run -> {
            assertThat(harness.status(run)).contains(RunStatus.STOPPED);
            assertThat(harness.statusDetails(run)).isEqualTo("the executor is closing");
        });
    }

    @Test
    void serveForever_aDefectOfTheApp_endsTheExecutor() {
        harness.submit(Map.of());
        ServerAppExecutor executor = builder((grid, context) -> {
                    throw new AssertionError("a defect");
                })
                .build();

        assertThatThrownBy(executor::serveForever)
                .isInstanceOf(AssertionError.class)
                .hasMessage("a defect");
    }

    @Test
    void serveOnce_aForeignRun_isHandedOnWithItsTokenAndUntouched() {
        long foreign = harness.submit(Map.of());
        List<RunClaim> taken = new ArrayList<>();
        ServerAppExecutor executor = builder((grid, context) -> {})
                .filter(RunFilter.of(List.of("0".repeat(64))))
                .foreignRuns((claim, address) -> taken.add(claim))
                .listener(closing())
                .build();

        serveUntilClosed(executor);

        assertThat(taken).extracting(RunClaim::runId).containsExactly(foreign);
        assertThat(taken.get(0).secret()).isNotEmpty();
        assertThat(harness.status(foreign)).isEmpty();
        assertThat(harness.superLink().calls()).doesNotContain("PullTaskInput").contains("SendTaskHeartbeat");
    }

    @Test
    void serveOnce_aForeignRunThatNobodyTakes_failsAndSaysHow() {
        long foreign = harness.submit(Map.of());
        ServerAppExecutor executor = builder((grid, context) -> {})
                .filter(RunFilter.of(List.of("0".repeat(64))))
                .listener(closing())
                .build();

        serveUntilClosed(executor);

        assertThat(harness.status(foreign)).contains(RunStatus.FAILED);
        assertThat(harness.statusDetails(foreign)).contains("--python-serverapp");
    }

    @Test
    void serveOnce_foreignByItsInputs_failsAndNamesTheHash() {
        long foreign = harness.submit(Map.of());
        ServerAppExecutor executor = builder((grid, context) -> {})
                .filter(RunFilter.of(List.of("other/app")))
                .listener(closing())
                .build();

        serveUntilClosed(executor);

        assertThat(harness.statusDetails(foreign)).contains("contract/app").contains("FAB hashes");
    }

    @Test
    void serveForever_interruptedWhileARunIsClaimed_endsThatRun() {
        long runId = harness.submit(Map.of());
        RunLink link = new ForwardingRunLink(harness.executor()) {
            @Override
            public Optional<RunClaim> tryClaim(RunFilter filter) {
                Optional<RunClaim> claim = super.tryClaim(filter);
                Thread.currentThread().interrupt();
                return claim;
            }
        };
        ServerAppExecutor executor = builder(link, (grid, context) -> {
                    while (true) {
                        grid.nodeIds();
                    }
                })
                .build();

        executor.serveForever();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(harness.status(runId)).contains(RunStatus.STOPPED);
        assertThat(harness.statusDetails(runId)).isEqualTo("the executor is closing");
    }

    @Test
    void serveForever_refusedWhileARunIsAtHand_letsTheRunComplete() {
        long runId = harness.submit(Map.of());
        CountDownLatch refusals = new CountDownLatch(2);
        RunLink link = new ForwardingRunLink(harness.executor()) {
            private boolean claimed;

            @Override
            public Optional<RunClaim> tryClaim(RunFilter filter) {
                if (!claimed) {
                    claimed = true;
                    return super.tryClaim(filter);
                }
                refusals.countDown();
                throw new TransportException(Status.UNAUTHENTICATED, "the secret was changed", true, null);
            }
        };
        ServerAppExecutor executor = builder(link, (grid, context) -> assertThat(refusals.await(30, TimeUnit.SECONDS))
                        .isTrue())
                .atOnce(2)
                .build();

        assertThatThrownBy(executor::serveForever)
                .isInstanceOf(TransportException.class)
                .hasMessage("the secret was changed");
        assertThat(harness.status(runId)).contains(RunStatus.COMPLETED);
    }

    private void serveUntilClosed(ServerAppExecutor executor) {
        executors.add(executor);
        assertThat(executor.serveOnce()).isEmpty();
    }

    private ExecutorListener closing() {
        return new ExecutorListener() {
            @Override
            public void waiting() {
                executors.forEach(ServerAppExecutor::close);
            }
        };
    }

    private RunOutcome serve(ServerApp app) {
        try (ServerAppExecutor executor = builder(app).build()) {
            return executor.serveOnce().orElseThrow();
        }
    }

    private ServerAppExecutor.Builder builder(ServerApp app) {
        return builder(harness.executor(), app);
    }

    private ServerAppExecutor.Builder builder(RunLink link, ServerApp app) {
        return ServerAppExecutor.builder(link, app)
                .listener(new EventRecorder(events))
                .timing(TestMessages.clock(), new NoPauses(), new SplittableRandom(1));
    }

    /** A link that does what another one does. */
    private abstract static class ForwardingRunLink implements RunLink {
        private final RunLink link;

        ForwardingRunLink(RunLink link) {
            this.link = link;
        }

        @Override
        public String generation() {
            return link.generation();
        }

        @Override
        public String address() {
            return link.address();
        }

        @Override
        public Optional<RunClaim> tryClaim(RunFilter filter) {
            return link.tryClaim(filter);
        }

        @Override
        public ClaimedRun open(RunClaim claim) {
            return link.open(claim);
        }

        @Override
        public void close() {
            link.close();
        }
    }
}
