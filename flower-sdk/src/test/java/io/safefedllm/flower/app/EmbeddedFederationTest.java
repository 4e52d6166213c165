package io.safefedllm.flower.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class EmbeddedFederationTest {

    @Test
    void run_twoNodes_repliesStandInTheOrderAskedFor() {
        List<Message> replies = new ArrayList<>();

        RunOutcome outcome = federation().run((grid, context) -> replies.addAll(round(grid, context)));

        assertThat(outcome.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(replies).extracting(reply -> reply.metadata().srcNodeId()).containsExactly(7L, -3L);
        assertThat(replies).extracting(EmbeddedFederationTest::doubled).containsExactly(42.0, 42.0);
    }

    @Test
    void run_sameSettingsTwice_givesEqualMessages() {
        List<Message> first = new ArrayList<>();
        List<Message> second = new ArrayList<>();

        federation().run((grid, context) -> first.addAll(round(grid, context)));
        federation().run((grid, context) -> second.addAll(round(grid, context)));

        assertThat(first).isEqualTo(second);
    }

    @Test
    void run_withAnExecutor_givesTheMessagesOfASequentialRun() {
        List<Message> sequential = new ArrayList<>();
        List<Message> parallel = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(2);

        federation().run((grid, context) -> sequential.addAll(round(grid, context)));
        federation().executor(executor).run((grid, context) -> parallel.addAll(round(grid, context)));
        executor.shutdown();

        assertThat(parallel).isEqualTo(sequential);
    }

    @Test
    void run_aClientAppThrows_givesAnErrorReply() {
        List<Message> replies = new ArrayList<>();
        EmbeddedFederation.Builder builder = EmbeddedFederation.builder().node(7, Map.of(), (message, context) -> {
            throw new IllegalStateException("no data");
        });

        RunOutcome outcome = builder.run((grid, context) -> replies.addAll(round(grid, context)));

        assertThat(outcome.isCompleted()).isTrue();
        assertThat(replies.get(0).error().code()).isEqualTo(MessageError.CLIENT_APP_RAISED);
        assertThat(replies.get(0).error().reason()).isEqualTo("<class 'java.lang.IllegalStateException'>:<'no data'>");
    }

    @Test
    void run_theServerAppThrows_failsWithItsMessage() {
        RunOutcome outcome = federation().run((grid, context) -> {
            throw new IllegalArgumentException("unknown level 'x'");
        });

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(outcome.reason()).isEqualTo("unknown level 'x'");
    }

    @Test
    void run_stoppedFromOutside_endsAsStopped() {
        EmbeddedFederation federation = federation().build();

        RunOutcome outcome = federation.run((grid, context) -> {
            federation.stop();
            grid.nodeIds();
        });

        assertThat(outcome.status()).isEqualTo(RunStatus.STOPPED);
    }

    @Test
    void run_stateOfANode_lastsForTheRun() {
        List<Message> replies = new ArrayList<>();
        EmbeddedFederation.Builder builder = EmbeddedFederation.builder().node(7, Map.of(), (message, context) -> {
            RecordDict before = context.state();
            context.state(message.content());
            return before;
        });

        builder.run((grid, context) -> {
            replies.addAll(round(grid, context));
            replies.addAll(round(grid, context));
        });

        assertThat(replies.get(0).content()).isEqualTo(RecordDict.empty());
        assertThat(replies.get(1).content()).isEqualTo(question());
    }

    private static EmbeddedFederation.Builder federation() {
        ClientApp doubler = (message, context) -> {
            Object factor = context.nodeConfig().getOrDefault("factor", 0L);
            double x = only(message.content().configRecords()).number("x").orElseThrow();
            return RecordDict.of(Map.of("metrics", MetricRecord.of(Map.of("y", x * (Long) factor))));
        };
        return EmbeddedFederation.builder()
                .node(-3, Map.of("factor", 2L), doubler)
                .node(7, Map.of("factor", 2L), doubler);
    }

    private static List<Message> round(Grid grid, ServerContext context) {
        List<Message> instructions = grid.nodeIds().stream()
                .map(node -> Message.instruction(
                        grid.runId(),
                        node,
                        "train",
                        question(),
                        "",
                        context.clock().millis() / 1000.0))
                .toList();
        return grid.poll(grid.send(instructions));
    }

    private static RecordDict question() {
        return RecordDict.of(Map.of("config", ConfigRecord.of(Map.of("x", 21.0))));
    }

    private static double doubled(Message reply) {
        return only(reply.content().metricRecords()).number("y").orElseThrow();
    }

    private static <R> R only(Map<String, R> records) {
        return records.values().iterator().next();
    }
}
