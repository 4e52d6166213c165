package io.safefedllm.flower.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RunLink} does. Implementations supply a SuperLink. */
public abstract class RunLinkContract {

    private LinkHarness harness;
    private RunLink link;

    protected abstract LinkHarness open();

    @BeforeEach
    void openLink() {
        harness = open();
        link = harness.executor();
    }

    @AfterEach
    void closeLink() {
        link.close();
        harness.close();
    }

    @Test
    void tryClaim_nothingPending_givesNothing() {
        assertThat(link.tryClaim(RunFilter.all())).isEmpty();
    }

    @Test
    void tryClaim_aPendingRun_isGivenOutOnce() {
        long runId = harness.submit(Map.of());

        Optional<RunClaim> claim = link.tryClaim(RunFilter.all());

        assertThat(claim).map(RunClaim::runId).contains(runId);
        assertThat(link.tryClaim(RunFilter.all())).isEmpty();
    }

    @Test
    void tryClaim_aForeignRun_isLeftAloneOrRecognised() {
        harness.submit(Map.of());
        RunFilter filter = RunFilter.of(List.of("0".repeat(64)));

        Optional<RunClaim> claim = link.tryClaim(filter);

        assertThat(claim.map(foreign -> filter.decide(foreign.fabId(), foreign.fabHash())))
                .isIn(Optional.empty(), Optional.of(RunFilter.Verdict.FOREIGN));
    }

    @Test
    void claim_asText_hidesItsSecret() {
        ClaimedRun run = claimed(Map.of());

        assertThat(run.claim().toString()).contains("run ").doesNotContain("token");
        assertThat(run.claim().secret())
                .satisfiesAnyOf(
                        secret -> assertThat(secret).isEmpty(),
                        secret -> assertThat(run.claim().toString()).doesNotContain(secret));
    }

    @Test
    void inputs_ofAClaimedRun_holdTheRunConfigAndTheApp() {
        ClaimedRun run = claimed(Map.of("rounds", 3L, "rate", 0.5, "tag", "x", "on", true));

        RunInputs inputs = run.inputs();

        assertThat(inputs.runId()).isEqualTo(run.claim().runId());
        assertThat(inputs.runConfig())
                .containsExactlyInAnyOrderEntriesOf(Map.of("rounds", 3L, "rate", 0.5, "tag", "x", "on", true));
        assertThat(inputs.app().fabId()).isEqualTo(LinkHarness.FAB_ID);
        assertThat(inputs.app().fabHash()).hasSize(64);
    }

    @Test
    void inputs_twice_areRefused() {
        ClaimedRun run = claimed(Map.of());
        run.inputs();

        assertThatThrownBy(run::inputs).isInstanceOfSatisfying(TransportException.class, e -> assertThat(e.status())
                .isEqualTo(TransportException.Status.FAILED_PRECONDITION));
    }

    @Test
    void heartbeat_whileTheRunLives_isTrueAndThenFalse() {
        ClaimedRun run = claimed(Map.of());

        boolean alive = run.heartbeat();
        harness.stop(run.claim().runId());

        assertThat(alive).isTrue();
        assertThat(run.heartbeat()).isFalse();
    }

    @Test
    void nodeIds_ofNodesOnline_ascendUnsigned() {
        ClaimedRun run = running();
        NodeLink first = harness.node();
        NodeLink second = harness.node();
        List<Long> ids = List.of(first.join(), second.join());

        assertThat(run.nodeIds()).isSortedAccordingTo(Long::compareUnsigned).containsExactlyInAnyOrderElementsOf(ids);

        first.close();
        second.close();
    }

    @Test
    void send_toANode_arrivesAndTheReplyComesBackOnce() {
        ClaimedRun run = running();
        NodeLink node = harness.node();
        long nodeId = node.join();

        String id = run.send(List.of(TestMessages.train(run, nodeId))).get(0);
        assertThat(run.poll(List.of(id))).isEmpty();
        Message instruction = node.receive().orElseThrow();
        boolean accepted =
                node.reply(instruction.reply(TestMessages.weights(2f, 3f), TestMessages.NOW + 1), Duration.ofMillis(5));
        List<Message> replies = run.poll(List.of(id));

        assertThat(instruction.metadata().messageId()).isEqualTo(id);
        assertThat(instruction.content())
                .isEqualTo(TestMessages.train(run, nodeId).content());
        assertThat(accepted).isTrue();
        assertThat(replies).hasSize(1);
        assertThat(replies.get(0).content()).isEqualTo(TestMessages.weights(2f, 3f));
        assertThat(replies.get(0).metadata().replyToMessageId()).isEqualTo(id);
        assertThat(run.poll(List.of(id)).get(0).error().code()).isEqualTo(MessageError.MESSAGE_UNAVAILABLE);
        node.close();
    }

    @Test
    void send_toAnUnknownNode_isRefusedByAnEmptyId() {
        ClaimedRun run = running();

        assertThat(run.send(List.of(TestMessages.train(run, 4711)))).containsExactly("");
        assertThat(run.poll(List.of(""))).isEmpty();
    }

    @Test
    void send_aMessageOfAnotherRun_isRefusedBeforehand() {
        ClaimedRun run = running();
        Message foreign = Message.instruction(
                run.claim().runId() + 1, 4711, "train", TestMessages.weights(1f), "", TestMessages.NOW);

        assertThatThrownBy(() -> run.send(List.of(foreign)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("belongs to run");
    }

    @Test
    void poll_anUnknownId_givesAnError() {
        ClaimedRun run = running();

        assertThat(run.poll(List.of("f".repeat(64))))
                .extracting(message -> message.error().code())
                .containsExactly(MessageError.MESSAGE_UNAVAILABLE);
    }

    @Test
    void poll_theNodeHasLeft_givesAnError() {
        ClaimedRun run = running();
        NodeLink node = harness.node();
        String id = run.send(List.of(TestMessages.train(run, node.join()))).get(0);

        node.leave();

        assertThat(run.poll(List.of(id)))
                .extracting(message -> message.error().code())
                .containsExactly(MessageError.NODE_UNAVAILABLE);
        node.close();
    }

    @Test
    void poll_anErrorReply_givesTheError() {
        ClaimedRun run = running();
        NodeLink node = harness.node();
        String id = run.send(List.of(TestMessages.train(run, node.join()))).get(0);

        Message instruction = node.receive().orElseThrow();
        node.reply(instruction.errorReply(new MessageError(2, "no data"), TestMessages.NOW + 1), Duration.ZERO);

        assertThat(run.poll(List.of(id))).extracting(Message::error).containsExactly(new MessageError(2, "no data"));
        node.close();
    }

    @Test
    void log_pieces_areJoinedInOrder() {
        ClaimedRun run = running();

        run.log("one\n");
        run.log("two\n");

        assertThat(harness.log(run.claim().runId())).isEqualTo("one\ntwo\n");
    }

    @Test
    void finish_completed_endsTheRun() {
        ClaimedRun run = claimed(Map.of());
        RunInputs inputs = run.inputs();

        run.finish(RunStatus.COMPLETED, "", inputs);

        assertThat(harness.status(run.claim().runId())).contains(RunStatus.COMPLETED);
        assertThatThrownBy(run::nodeIds).isInstanceOf(RunStoppedException.class);
    }

    @Test
    void finish_failedBeforeInputs_tellsTheReason() {
        ClaimedRun run = claimed(Map.of());

        run.finish(RunStatus.FAILED, "not ours", null);

        assertThat(harness.status(run.claim().runId())).contains(RunStatus.FAILED);
        assertThat(harness.statusDetails(run.claim().runId())).isEqualTo("not ours");
    }

    @Test
    void calls_afterTheUserStoppedTheRun_throwRunStopped() {
        ClaimedRun run = running();

        harness.stop(run.claim().runId());

        assertThatThrownBy(() -> run.poll(List.of("f".repeat(64))))
                .isInstanceOfSatisfying(RunStoppedException.class, e -> assertThat(e.reason())
                        .isEqualTo(RunStoppedException.Reason.STOPPED_BY_USER));
    }

    @Test
    void open_theClaimAgain_goesOnWithTheRun() {
        ClaimedRun run = running();
        NodeLink node = harness.node();
        String id = run.send(List.of(TestMessages.train(run, node.join()))).get(0);
        node.reply(node.receive().orElseThrow().reply(TestMessages.weights(1f), TestMessages.NOW + 1), Duration.ZERO);

        ClaimedRun resumed = link.open(run.claim());

        assertThat(resumed.heartbeat()).isTrue();
        assertThat(resumed.poll(List.of(id))).hasSize(1);
        node.close();
    }

    @Test
    void open_theClaimOverANewLink_endsTheRun() {
        ClaimedRun run = claimed(Map.of());
        RunInputs inputs = run.inputs();
        RunClaim claim = run.claim();
        link.close();
        link = harness.executor();

        ClaimedRun resumed = link.open(RunClaim.of(claim.generation(), claim.runId(), claim.secret())
                .taskId(claim.taskId())
                .build());
        boolean alive = resumed.heartbeat();
        resumed.finish(
                RunStatus.COMPLETED,
                "",
                new RunInputs(inputs.runId(), inputs.app(), inputs.runConfig(), inputs.context()));

        assertThat(alive).isTrue();
        assertThat(harness.status(claim.runId())).contains(RunStatus.COMPLETED);
    }

    private ClaimedRun claimed(Map<String, Object> runConfig) {
        harness.submit(runConfig);
        return link.open(link.tryClaim(RunFilter.all()).orElseThrow());
    }

    private ClaimedRun running() {
        ClaimedRun run = claimed(Map.of());
        run.inputs();
        return run;
    }
}
