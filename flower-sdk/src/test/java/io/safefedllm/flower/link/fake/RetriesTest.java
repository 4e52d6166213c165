package io.safefedllm.flower.link.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.safefedllm.flower.link.ClaimedRun;
import io.safefedllm.flower.link.NodeLink;
import io.safefedllm.flower.link.RunFilter;
import io.safefedllm.flower.link.RunInputs;
import io.safefedllm.flower.link.RunLink;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.TestMessages;
import io.safefedllm.flower.link.TransportException;
import io.safefedllm.flower.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent again when its answer was lost, call by call, and that sending again does no harm (PROTOCOL 12.3). */
class RetriesTest {

    /** May be carried out twice. */
    private static final List<String> REPEATED = List.of(
            "ListAppsToLaunch",
            "PullPendingTasks",
            "GetNodes",
            "PushMessages",
            "PushObject",
            "PullObject",
            "ConfirmMessageReceived",
            "PushLogs",
            "GetRun",
            "GetFab",
            "DeactivateNode",
            "UnregisterNode");

    /** The answer carried the only copy of something, or a loop of its own repeats the call. */
    private static final List<String> NOT_REPEATED = List.of(
            "RequestToken",
            "ClaimTask",
            "AcquireTask",
            "PullAppInputs",
            "PullTaskInput",
            "PullMessages",
            "SendAppHeartbeat",
            "SendTaskHeartbeat",
            "SendNodeHeartbeat",
            "RegisterNode",
            "ActivateNode");

    /** Ends the run, so that the repeated call is refused, which is taken for success. */
    private static final List<String> ENDS = List.of("PushTaskOutput", "PushAppOutputs", "UpdateRunStatus");

    static Stream<Arguments> rows() {
        return Stream.of(FakeGeneration.values())
                .flatMap(generation -> calls(generation).map(method -> Arguments.of(generation, method)));
    }

    /** The methods that a whole exchange over a generation calls. */
    private static Stream<String> calls(FakeGeneration generation) {
        try (WireHarness harness = WireHarness.of(generation)) {
            Exchange exchange = new Exchange(harness, List.of());
            exchange.play();
            List<String> calls = harness.superLink().calls();
            return calls.subList(exchange.begin, calls.size()).stream().distinct();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void call_answerLost_isSentAgainOnlyIfThatIsSafe(FakeGeneration generation, String method) {
        try (WireHarness harness = WireHarness.of(generation)) {
            Exchange exchange = new Exchange(harness, List.of(method));

            Throwable failure = catchThrowable(exchange::play);

            if (REPEATED.contains(method) || ENDS.contains(method)) {
                assertThat(failure).isNull();
                assertThat(exchange.callsAfterTheLoss()).first().isEqualTo(method);
                assertThat(harness.status(exchange.runId)).contains(RunStatus.COMPLETED);
            } else {
                assertThat(NOT_REPEATED).contains(method);
                assertThat(failure).isInstanceOf(TransportException.class);
                assertThat(exchange.callsAfterTheLoss()).doesNotContain(method);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void exchange_everySafeAnswerLostOnce_losesNothing(FakeGeneration generation) {
        try (WireHarness harness = WireHarness.of(generation)) {
            Exchange exchange = new Exchange(
                    harness, Stream.concat(REPEATED.stream(), ENDS.stream()).toList());

            exchange.play();

            assertThat(exchange.replies).hasSize(1);
            assertThat(exchange.replies.get(0).content()).isEqualTo(TestMessages.weights(5f));
            assertThat(harness.status(exchange.runId)).contains(RunStatus.COMPLETED);
        }
    }

    /** A run with one node, one instruction and one reply; of chosen methods the first answer is lost. */
    private static final class Exchange {
        private final WireHarness harness;
        private final List<Message> replies = new ArrayList<>();
        private final List<String> lost;
        private long runId;
        private int begin;

        Exchange(WireHarness harness, List<String> lost) {
            this.harness = harness;
            this.lost = lost;
        }

        void play() {
            try (RunLink link = harness.executor();
                    NodeLink node = harness.node()) {
                begin = harness.superLink().calls().size();
                runId = harness.submit(Map.of());
                lost.forEach(method -> harness.superLink().loseAnswers(method, 1));
                ClaimedRun run = link.open(link.tryClaim(RunFilter.all()).orElseThrow());
                run.heartbeat();
                RunInputs inputs = run.inputs();
                long nodeId = node.join();
                node.heartbeat();
                run.nodeIds();
                List<String> ids = run.send(List.of(TestMessages.train(run, nodeId)));
                Message instruction = node.receive().orElseThrow();
                node.run(runId);
                node.reply(instruction.reply(TestMessages.weights(5f), TestMessages.NOW + 1), Duration.ZERO);
                replies.addAll(run.poll(ids));
                run.log("done");
                node.leave();
                run.finish(RunStatus.COMPLETED, "", inputs);
            }
        }

        /** Returns what was called after the first call of the method whose answer was lost. */
        List<String> callsAfterTheLoss() {
            List<String> calls = harness.superLink().calls();
            int first = harness.superLink().firstLoss();
            return first < 0 ? Collections.emptyList() : calls.subList(first + 1, calls.size());
        }
    }
}
