package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.Grid;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.message.Metadata;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.EvidenceRequest;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.settings.StrategySettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundExchangeTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ScriptedGrid grid = new ScriptedGrid();
    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.EPOCH.plusSeconds(2_000_000_000);

    private final List<Long> undelivered = new ArrayList<>();

    @Test
    void collect_silentNode_waitsForTheDeadlineAndNoLonger() {
        Instant start = now;
        RoundExchange exchange = exchange("client");
        Map<String, RoundExchange.Task> sent =
                exchange.send(ServerRound.first(), Adapters.initial(), List.of(2L, 3L), plan("client"));
        grid.answers = List.of("m0");
        List<Long> heard = new ArrayList<>();

        exchange.collect(ServerRound.first(), sent, plan("client"), (task, reply) -> !heard.add(task.nodeId()));

        assertThat(heard).containsExactly(2L);
        assertThat(Duration.between(start, now)).isBetween(TIMEOUT, TIMEOUT.plusMillis(250));
    }

    @Test
    void collect_allAnswered_endsAtOnce() {
        RoundExchange exchange = exchange("client");
        Map<String, RoundExchange.Task> sent =
                exchange.send(ServerRound.first(), Adapters.initial(), List.of(2L, 3L), plan("client"));
        grid.answers = List.of("m0", "m1", "m0", "unknown");
        List<Long> heard = new ArrayList<>();

        exchange.collect(ServerRound.first(), sent, plan("client"), (task, reply) -> !heard.add(task.nodeId()));

        assertThat(heard).containsExactly(2L, 3L);
        assertThat(grid.polls).isEqualTo(1);
    }

    @Test
    void collect_answerInTheNameOfAnotherNode_isNotHeard() {
        RoundExchange exchange = exchange("client");
        Map<String, RoundExchange.Task> sent =
                exchange.send(ServerRound.first(), Adapters.initial(), List.of(2L, 3L), plan("client"));
        grid.answers = List.of("m1@2", "m0", "m1");
        List<String> heard = new ArrayList<>();

        exchange.collect(
                ServerRound.first(),
                sent,
                plan("client"),
                (task, reply) ->
                        !heard.add(task.nodeId() + " by " + reply.metadata().srcNodeId()));

        assertThat(heard).containsExactly("2 by 2", "3 by 3");
    }

    @Test
    void send_refusedMessage_isNotWaitedFor() {
        grid.refused = 1;

        assertThat(exchange("client").send(ServerRound.first(), Adapters.initial(), List.of(2L, 3L), plan("client")))
                .containsOnlyKeys("m0");
        assertThat(undelivered).containsExactly(3L);
    }

    @Test
    void collect_refusedShadowTask_isHeardOfAndNotWaitedFor() {
        RoundExchange exchange = exchange("evidence");
        RoundExchange.Plan plan = plan("evidence");
        Map<String, RoundExchange.Task> sent = exchange.send(new ServerRound(4), Adapters.initial(), List.of(2L), plan);
        grid.answers = List.of("m0");
        grid.refused = 0;

        exchange.collect(new ServerRound(4), sent, plan, (task, reply) -> true);

        assertThat(undelivered).containsExactly(2L);
        assertThat(grid.polls).isEqualTo(1);
    }

    @Test
    void send_shadowLevel_sendsBothTasksInADrawnOrder() {
        RoundExchange exchange = exchange("shadow");
        List<TaskKind> firsts = new ArrayList<>();
        for (int round = 1; round <= 20; round++) {
            Map<String, RoundExchange.Task> sent =
                    exchange.send(new ServerRound(round), Adapters.initial(), List.of(2L), plan("shadow"));
            assertThat(sent.values())
                    .extracting(RoundExchange.Task::kind)
                    .containsExactlyInAnyOrder(TaskKind.MAIN, TaskKind.SHADOW);
            firsts.add(sent.values().iterator().next().kind());
        }

        assertThat(firsts).contains(TaskKind.MAIN, TaskKind.SHADOW);
        assertThat(grid.sent).allSatisfy(message -> {
            assertThat(message.metadata().messageType()).isEqualTo("train");
            assertThat(message.metadata().createdAt()).isEqualTo(2_000_000_000.0);
        });
    }

    @Test
    void awaitNodes_nodesComeLater_looksEverySecond() throws InterruptedException {
        grid.nodesPerLook = List.of(List.of(), List.of(2L), List.of(2L, 3L));

        assertThat(exchange("client").awaitNodes()).containsExactly(2L, 3L);
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void collect_replyThatMakesAShadowTaskDue_sendsItThenAndWaitsForIt() {
        RoundExchange exchange = exchange("evidence");
        RoundExchange.Plan plan = plan("evidence");
        Map<String, RoundExchange.Task> sent =
                exchange.send(new ServerRound(4), Adapters.initial(), List.of(2L, 3L), plan);
        grid.answers = List.of("m0", "m1");
        List<RoundExchange.Task> heard = new ArrayList<>();

        exchange.collect(new ServerRound(4), sent, plan, (task, reply) -> {
            heard.add(task);
            grid.answers = List.of("m2@3");
            grid.polls = 0;
            return task.equals(new RoundExchange.Task(3, TaskKind.MAIN));
        });

        assertThat(heard)
                .containsExactly(
                        new RoundExchange.Task(2, TaskKind.MAIN),
                        new RoundExchange.Task(3, TaskKind.MAIN),
                        new RoundExchange.Task(3, TaskKind.SHADOW));
        assertThat(grid.sent).hasSize(3);
    }

    /** The main update comes in the last quarter of a second: an audit then leaves the client the time that others have. */
    @Test
    void collect_auditOrderedLateInTheRound_hasTheTimeOfARoundAndTheOthersNoMore() {
        RoundExchange exchange = exchange("evidence");
        RoundExchange.Plan plan = plan("evidence");
        Map<String, RoundExchange.Task> sent =
                exchange.send(new ServerRound(4), Adapters.initial(), List.of(2L, 3L), plan);
        Instant start = now;
        grid.script = List.of(
                new Timed(start.plus(TIMEOUT).minusMillis(500), "m0"),
                new Timed(start.plus(TIMEOUT).plusMillis(500), "m1"),
                new Timed(start.plus(TIMEOUT).plus(TIMEOUT).minusSeconds(2), "m2@2"));
        List<RoundExchange.Task> heard = new ArrayList<>();

        exchange.collect(new ServerRound(4), sent, plan, (task, reply) -> {
            heard.add(task);
            return task.kind() == TaskKind.MAIN;
        });

        assertThat(heard)
                .containsExactly(new RoundExchange.Task(2, TaskKind.MAIN), new RoundExchange.Task(2, TaskKind.SHADOW));
    }

    @Test
    void collect_auditThatIsNeverAnswered_endsTheRoundAfterTwiceItsTime() {
        RoundExchange exchange = exchange("evidence");
        RoundExchange.Plan plan = plan("evidence");
        Map<String, RoundExchange.Task> sent = exchange.send(new ServerRound(4), Adapters.initial(), List.of(2L), plan);
        Instant start = now;
        grid.script = List.of(new Timed(start.plus(TIMEOUT).minusMillis(500), "m0"));

        exchange.collect(new ServerRound(4), sent, plan, (task, reply) -> true);

        assertThat(Duration.between(start, now)).isBetween(TIMEOUT, TIMEOUT.plus(TIMEOUT));
        assertThat(Duration.between(start, now))
                .isGreaterThan(TIMEOUT.plus(TIMEOUT).minusSeconds(1));
    }

    private record Timed(Instant at, String answer) {}

    private RoundExchange.Plan plan(String level) {
        return new RoundExchange.Plan() {
            @Override
            public boolean needsShadowWithMain(long nodeId) {
                return level.equals("shadow");
            }

            @Override
            public void undelivered(long nodeId) {
                undelivered.add(nodeId);
            }

            @Override
            public Optional<EvidenceRequest> request(TaskKind task) {
                return Optional.empty();
            }

            @Override
            public Optional<ConfigRecord> control(long nodeId) {
                return Optional.empty();
            }
        };
    }

    private RoundExchange exchange(String level) {
        StrategySettings settings = StrategySettings.parse(
                Map.of("safe-fedllm.level", level, "safe-fedllm.round.timeout-seconds", TIMEOUT.toSeconds()));
        return new RoundExchange(grid, () -> now, this::pause, settings, Adapters.initial());
    }

    private void pause(Duration length) {
        pauses.add(length);
        now = now.plus(length);
    }

    /** Answers what it is told to at the first poll; every empty poll takes a quarter of a second. */
    private final class ScriptedGrid implements Grid {
        private List<String> answers = List.of();
        private List<Timed> script = List.of();
        private List<List<Long>> nodesPerLook = List.of();
        private final List<Message> sent = new ArrayList<>();
        private int refused = -1;
        private int polls;
        private int looks;

        @Override
        public long runId() {
            return 1;
        }

        @Override
        public List<Long> nodeIds() {
            return nodesPerLook.get(looks++);
        }

        @Override
        public List<String> send(List<Message> messages) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < messages.size(); i++) {
                ids.add(i == refused ? "" : "m" + sent.size());
                sent.add(messages.get(i));
            }
            return ids;
        }

        @Override
        public List<Message> poll(Collection<String> messageIds) {
            List<Timed> due =
                    script.stream().filter(timed -> !now.isBefore(timed.at())).toList();
            if (!due.isEmpty()) {
                script = script.subList(due.size(), script.size());
                return due.stream().map(timed -> answer(timed.answer())).toList();
            }
            if (polls++ > 0) {
                now = now.plusMillis(250);
                return List.of();
            }
            return answers.stream().map(ScriptedGrid::answer).toList();
        }

        /** Message m0 went to node 2, m1 to node 3; {@code m1@2} is node 2 answering in node 3's place. */
        private static Message answer(String spec) {
            String[] idAndSender = spec.split("@", 2);
            long sender = idAndSender.length == 2 ? Long.parseLong(idAndSender[1]) : spec.equals("m1") ? 3 : 2;
            return Message.of(
                    new Metadata(1, "reply", sender, 1, idAndSender[0], "", 1.0, "train", 1.0),
                    Replies.honest(Adapters.initial(), 1));
        }

        @Override
        public void log(String text) {}
    }
}
