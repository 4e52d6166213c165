package io.safefedllm.flower.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.link.TransportException.Status;
import io.safefedllm.flower.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link NodeLink} does. Implementations supply a SuperLink. */
public abstract class NodeLinkContract {

    private LinkHarness harness;
    private RunLink executor;
    private ClaimedRun run;
    private NodeLink node;
    private long nodeId;

    protected abstract LinkHarness open();

    @BeforeEach
    void join() {
        harness = open();
        executor = harness.executor();
        harness.submit(Map.of("rate", 0.5));
        run = executor.open(executor.tryClaim(RunFilter.all()).orElseThrow());
        run.inputs();
        node = harness.node();
        nodeId = node.join();
    }

    @AfterEach
    void close() {
        node.close();
        executor.close();
        harness.close();
    }

    @Test
    void join_aNewNode_isOnline() {
        assertThat(run.nodeIds()).containsExactly(nodeId);
        assertThat(node.heartbeat()).isTrue();
    }

    @Test
    void receive_nothingWaits_givesNothing() {
        assertThat(node.receive()).isEmpty();
    }

    @Test
    void receive_anInstruction_comesOnceAndWhole() {
        Message sent = TestMessages.train(run, nodeId);
        run.send(List.of(sent));

        Message received = node.receive().orElseThrow();

        assertThat(received.content()).isEqualTo(sent.content());
        assertThat(received.metadata().srcNodeId()).isEqualTo(Message.SUPERLINK_NODE_ID);
        assertThat(node.receive()).isEmpty();
    }

    @Test
    void receive_twoInstructionsAtOnce_comeOneByOneInOrder() {
        List<String> ids = run.send(List.of(TestMessages.train(run, nodeId), TestMessages.query(run, nodeId)));

        assertThat(List.of(node.receive().orElseThrow(), node.receive().orElseThrow()))
                .extracting(message -> message.metadata().messageId())
                .containsExactlyElementsOf(ids);
    }

    @Test
    void run_ofAnInstruction_tellsConfigAndApp() {
        RunDetails details = node.run(run.claim().runId());

        assertThat(details.runConfig()).isEqualTo(Map.of("rate", 0.5));
        assertThat(details.app().fabId()).isEqualTo(LinkHarness.FAB_ID);
    }

    @Test
    void run_thatHasEnded_isDenied() {
        harness.stop(run.claim().runId());

        assertThatThrownBy(() -> node.run(run.claim().runId()))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.PERMISSION_DENIED));
    }

    @Test
    void isRunning_aRun_untilItHasEnded() {
        assertThat(node.isRunning(run.claim().runId())).isTrue();

        harness.stop(run.claim().runId());

        assertThat(node.isRunning(run.claim().runId())).isFalse();
    }

    @Test
    void reply_aSecondDifferentOne_isRefused() {
        run.send(List.of(TestMessages.train(run, nodeId)));
        Message instruction = node.receive().orElseThrow();

        boolean first = node.reply(instruction.reply(TestMessages.weights(1f), TestMessages.NOW + 1), Duration.ZERO);
        boolean second = node.reply(instruction.reply(TestMessages.weights(2f), TestMessages.NOW + 2), Duration.ZERO);

        assertThat(first).isTrue();
        assertThat(second).isFalse();
    }

    @Test
    void reply_toARunThatHasEnded_isDenied() {
        run.send(List.of(TestMessages.train(run, nodeId)));
        Message instruction = node.receive().orElseThrow();
        harness.stop(run.claim().runId());

        assertThatThrownBy(() ->
                        node.reply(instruction.reply(TestMessages.weights(1f), TestMessages.NOW + 1), Duration.ZERO))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.status()).isEqualTo(Status.PERMISSION_DENIED));
    }

    @Test
    void leave_aNode_isOffline() {
        node.leave();

        assertThat(run.nodeIds()).isEmpty();
        assertThatThrownBy(node::receive).isInstanceOfSatisfying(TransportException.class, e -> assertThat(e.status())
                .isEqualTo(Status.UNAUTHENTICATED));
    }
}
