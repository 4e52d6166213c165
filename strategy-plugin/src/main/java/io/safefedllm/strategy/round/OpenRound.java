package io.safefedllm.strategy.round;

import io.safefedllm.flower.message.Message;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ReplyReader;
import io.safefedllm.strategy.exchange.Seeds;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.journal.RoundTimes;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Testimony;
import io.safefedllm.strategy.trust.Verdict;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A round that takes replies.
 *
 * <p>Feed every reply once, in any order, then finish. A reply is spooled to disk at once; a client is checked and scored
 * when all its tasks are answered, so that at most two of its adapters are in memory, whatever the number of clients.
 * Nothing that a reply holds makes a method throw.
 */
public final class OpenRound {
    private final RoundEngine engine;
    private final ServerRound round;
    private final LoraAdapter global;
    private final AdapterSpool spool;
    private final ReplyReader reader;
    private final Map<Long, OpenClient> clients = new TreeMap<>(Long::compareUnsigned);
    private long scoreNanos;

    OpenRound(RoundEngine engine, ServerRound round, LoraAdapter global, List<Long> nodes, AdapterSpool spool) {
        this.engine = engine;
        this.round = round;
        this.global = global;
        this.spool = spool;
        this.reader = new ReplyReader(global.layout());
        for (long node : nodes) {
            clients.put(node, new OpenClient(node, spool, engine));
        }
    }

    /**
     * Takes a reply, or an error in its place.
     *
     * @throws IllegalArgumentException if the node was not drawn
     * @throws java.io.UncheckedIOException if the reply cannot be spooled
     */
    public void reply(long nodeId, TaskKind task, Message reply) {
        OpenClient client = clients.get(nodeId);
        if (client == null) {
            throw new IllegalArgumentException(
                    "node " + Long.toUnsignedString(nodeId) + " was not drawn for round " + round);
        }
        long start = engine.nanoTicker.getAsLong();
        client.answer(task, reader.read(reply));
        if (client.isComplete()) {
            client.judge(global);
        }
        scoreNanos += engine.nanoTicker.getAsLong() - start;
    }

    /**
     * Settles the round: weighs every client, decides about a skip, combines. Call once, last.
     *
     * @param waitNanos what the caller spent on sending and waiting, for the report
     * @throws java.io.UncheckedIOException if the spool cannot be read
     */
    public RoundReport finish(long waitNanos) {
        long start = engine.nanoTicker.getAsLong();
        List<ClientReport> reports = weigh(
                clients.values().stream().map(client -> client.judge(global)).toList());
        long scored = engine.nanoTicker.getAsLong();
        scoreNanos += scored - start;
        Outcome outcome = settle(reports);
        long aggregateNanos = engine.nanoTicker.getAsLong() - scored;
        return new RoundReport(
                round,
                reports,
                outcome.skipped(),
                SkipRule.meanWeight(reports),
                outcome.degraded(),
                outcome.adapter(),
                new RoundTimes(waitNanos - scoreNanos + (scored - start), scoreNanos, aggregateNanos));
    }

    private List<ClientReport> weigh(List<OpenClient.Judgement> judged) {
        List<Testimony> testimonies = judged.stream()
                .filter(client -> client.report().code() != ReplyCode.NO_REPLY)
                .map(this::testimony)
                .toList();
        Iterator<Verdict> verdicts =
                engine.policy.weigh(testimonies, engine.ledger).iterator();
        return judged.stream()
                .map(client -> client.report().code() == ReplyCode.NO_REPLY
                        ? client.report()
                        : client.reportWith(verdicts.next()))
                .toList();
    }

    private Testimony testimony(OpenClient.Judgement judged) {
        ClientReport report = judged.report();
        return new Testimony(
                round,
                report.nodeId(),
                report.code(),
                report.cappedExamples(),
                engine.settings.evidence().dispatch(),
                judged.evidence());
    }

    private record Outcome(Optional<SkipReason> skipped, boolean degraded, LoraAdapter adapter) {}

    private Outcome settle(List<ClientReport> reports) {
        boolean screening = engine.settings.level() != Level.NONE;
        Optional<SkipReason> skip = SkipRule.before(reports, engine.settings.course(), screening);
        if (skip.isPresent()) {
            return new Outcome(skip, false, global);
        }
        List<ClientReport> counted =
                reports.stream().filter(ClientReport::counts).toList();
        Optional<Aggregate> combined = combine(counted);
        Optional<LoraAdapter> next = combined.map(aggregate -> LoraAdapter.wrap(global.layout(), aggregate.toFloat32()))
                .filter(LoraAdapter::isFinite);
        boolean degraded = combined.map(Aggregate::degraded).orElse(false);
        return next.map(adapter -> new Outcome(Optional.empty(), degraded, adapter))
                .orElse(new Outcome(Optional.of(SkipReason.NON_FINITE_AGGREGATE), degraded, global));
    }

    private Optional<Aggregate> combine(List<ClientReport> counted) {
        double[] weights = counted.stream()
                .mapToDouble(engine.rule.countsSamples() ? ClientReport::effectiveSamples : ClientReport::weight)
                .toArray();
        List<String> names = counted.stream()
                .map(client -> OpenClient.rowName(client.nodeId(), TaskKind.MAIN))
                .toList();
        try (AdapterSpool.Rows rows = spool.rows(names)) {
            Draws draws = Draws.seeded(Seeds.derive(engine.settings.seed(), "rule", round, 0));
            return engine.rule
                    .combine(RuleInput.of(rows, weights, global, draws))
                    .aggregate();
        }
    }
}
