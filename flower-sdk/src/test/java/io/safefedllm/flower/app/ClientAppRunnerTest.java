package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.link.fake.FakeGeneration;
import io.safefedllm.flower.link.fake.WireHarness;
import io.safefedllm.flower.link.fake.WireHarness.NoPauses;
import io.safefedllm.flower.link.wire.Pauses;
import io.safefedllm.flower.message.Message;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientAppRunnerTest {

    private final WireHarness harness = WireHarness.of(FakeGeneration.GRPC_CLASSIC);
    private final List<Message> replies = new ArrayList<>();
    private RunLink executor;
    private ClaimedRun run;

    @BeforeEach
    void startRun() {
        harness.submit(Map.of("rate", 0.5));
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
    void run_anInstruction_isAnsweredWithRunAndNodeConfigKnown() {
        serve((message, context) -> {
            assertThat(context.runConfig()).isEqualTo(Map.of("rate", 0.5));
            assertThat(context.nodeConfig()).isEqualTo(Map.of("partition-id", 3L));
            return message.content();
        });

        assertThat(replies).hasSize(1);
        assertThat(replies.get(0).hasError()).isFalse();
        assertThat(run.nodeIds()).isEmpty();
        assertThat(harness.superLink().calls()).endsWith("DeactivateNode", "UnregisterNode", "GetNodes");
    }

    @Test
    void run_theAppThrows_isAnsweredWithAnError() {
        serve(ClientApps.byType(Map.of("evaluate", (message, context) -> message.content())));

        assertThat(replies.get(0).error().code()).isEqualTo(2);
        assertThat(replies.get(0).error().reason()).contains("does not handle messages of type 'train'");
    }

    @Test
    void run_theSuperLinkIsAwayForAWhile_goesOn() {
        harness.superLink().outage("PushObject", 2);

        serve((message, context) -> message.content());

        assertThat(replies.get(0).hasError()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void run_theSuperLinkDoesNotAnswer_asksAgainAfterTwoSeconds(Status trouble) {
        ClientAppRunner[] node = new ClientAppRunner[1];
        List<Duration> waits = new ArrayList<>();
        NodeLink link = withFailing("receive", harness.node(), new TransportException(trouble, "gone", true, null));
        Thread self = Thread.currentThread();
        NoPauses time = new NoPauses();
        Pauses pauses = new Pauses() {
            @Override
            public void pause(Duration duration) throws InterruptedException {
                time.pause(duration);
                if (Thread.currentThread() == self) {
                    waits.add(duration);
                    node[0].close();
                }
            }

            @Override
            public long nanoTime() {
                return time.nanoTime();
            }
        };
        node[0] = ClientAppRunner.builder(link, (message, context) -> message.content())
                .timing(TestMessages.clock(), pauses, new SplittableRandom(1))
                .build();

        node[0].run();

        assertThat(waits).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void run_idleAfterAReply_looksAgainWithinAQuarterOfASecond() {
        ClientAppRunner[] node = new ClientAppRunner[1];
        List<Duration> waits = new ArrayList<>();
        Thread self = Thread.currentThread();
        NoPauses real = new NoPauses();
        Pauses pauses = new Pauses() {
            @Override
            public void pause(Duration duration) throws InterruptedException {
                real.pause(duration);
                if (Thread.currentThread() == self && waits.size() < 20) {
                    waits.add(duration);
                } else if (Thread.currentThread() == self) {
                    node[0].close();
                }
            }

            @Override
            public long nanoTime() {
                return real.nanoTime();
            }
        };
        node[0] = ClientAppRunner.builder(harness.node(), (message, context) -> message.content())
                .timing(TestMessages.clock(), pauses, new SplittableRandom(1))
                .listener(new NodeListener() {
                    @Override
                    public void joined(long nodeId) {
                        run.send(List.of(TestMessages.train(run, nodeId)));
                    }
                })
                .build();

        node[0].run();

        assertThat(waits).hasSize(20).allMatch(wait -> wait.compareTo(Duration.ofMillis(150)) <= 0);
    }

    @Test
    void run_onlyAHeartbeatMeetsTheWrongClock_endsWithTheClocksReason() {
        TransportException clock = new TransportException(Status.CLOCK, "the clock is 10 min ahead", true, null);
        NodeLink link = withHeartbeat(harness.node(), clock);
        ClientAppRunner node = ClientAppRunner.builder(link, (message, context) -> message.content())
                .timing(TestMessages.clock(), new NoPauses(), new SplittableRandom(1))
                .build();

        assertThatThrownBy(node::run).isSameAs(clock);
    }

    @Test
    void run_aHeartbeatIsRefused_saysThatTheNodeIsNotKnownAnyMore() {
        TransportException refusal = new TransportException(Status.UNAUTHENTICATED, "no", true, null);
        NodeLink link = withHeartbeat(harness.node(), refusal);
        ClientAppRunner node = ClientAppRunner.builder(link, (message, context) -> message.content())
                .timing(TestMessages.clock(), new NoPauses(), new SplittableRandom(1))
                .build();

        assertThatThrownBy(node::run)
                .hasMessageContaining("no longer knows this node")
                .hasCause(refusal);
    }

    /** Returns a link that does what another one does, except that its heartbeats fail. */
    private static NodeLink withHeartbeat(NodeLink link, TransportException failure) {
        return withFailing("heartbeat", link, failure);
    }

    private static NodeLink withFailing(String call, NodeLink link, TransportException failure) {
        return (NodeLink) Proxy.newProxyInstance(
                NodeLink.class.getClassLoader(), new Class<?>[] {NodeLink.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(call)) {
                        throw failure;
                    }
                    try {
                        return method.invoke(link, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void serve(ClientApp app) {
        NodeLink link = harness.node();
        ClientAppRunner[] node = new ClientAppRunner[1];
        node[0] = ClientAppRunner.builder(link, app)
                .nodeConfig(Map.of("partition-id", 3L))
                .timing(TestMessages.clock(), new NoPauses(), new SplittableRandom(1))
                .listener(new NodeListener() {
                    private String id = "";

                    @Override
                    public void joined(long nodeId) {
                        id = run.send(List.of(TestMessages.train(run, nodeId))).get(0);
                    }

                    @Override
                    public void answered(long nodeId, Message reply, boolean accepted) {
                        assertThat(accepted).isTrue();
                        replies.addAll(run.poll(List.of(id)));
                        node[0].close();
                    }
                })
                .build();
        node[0].run();
    }
}
