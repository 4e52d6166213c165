package io.safefedllm.strategy.round;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.evidence.CanaryReading;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.EvidenceRequest;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.ReplyReader;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.journal.RoundTimes;
import io.safefedllm.strategy.trust.ShadowNeed;
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
public final class OpenRound implements RoundExchange.Plan {
    final RoundEngine engine;
    final ServerRound round;
    final LoraAdapter global;
    final AdapterSpool spool;
    final Optional<IssuedAdapter> issued;
    private final Optional<Controls> controls;
    private final ReplyReader reader;
    private final Map<Long, OpenClient> clients = new TreeMap<>(Long::compareUnsigned);
    private long readNanos;
    private long scoreNanos;

    OpenRound(
            RoundEngine engine,
            ServerRound round,
            LoraAdapter global,
            List<Long> nodes,
            AdapterSpool spool,
            int allClients) {
        this.engine = engine;
        this.round = round;
        this.global = global;
        this.spool = spool;
        this.issued = engine.reports.map(rules -> IssuedAdapter.of(global));
        this.controls = Controls.of(engine, global.layout(), allClients);
        this.reader = new ReplyReader(global.layout());
        for (long node : nodes) {
            clients.put(node, new OpenClient(node, this, need(node)));
        }
    }

    private ShadowNeed need(long node) {
        return engine.settings.evidence().dispatch()
                ? engine.parts.policy().shadowNeed(round, node, engine.memory.ledger())
                : ShadowNeed.NONE;
    }

    /**
     * Returns whether a node must be sent a shadow task beside the main task.
     *
     * @throws IllegalArgumentException if the node was not drawn
     */
    @Override
    public boolean needsShadowWithMain(long nodeId) {
        return client(nodeId).need() == ShadowNeed.WITH_MAIN;
    }

    @Override
    public Optional<EvidenceRequest> request(TaskKind task) {
        return engine.request(task);
    }

    @Override
    public Optional<ConfigRecord> control(long nodeId) {
        return controls.map(open -> open.task(engine.memory.acceptedRound(nodeId)));
    }

    @Override
    public void undelivered(long nodeId) {
        client(nodeId).undelivered();
    }

    /**
     * Takes a reply, or an error in its place.
     *
     * @return whether the node must be sent a shadow task now: an audit that it could not foresee (SF-7.10)
     * @throws IllegalArgumentException if the node was not drawn
     * @throws java.io.UncheckedIOException if the reply cannot be spooled
     */
    public boolean reply(long nodeId, TaskKind task, Message reply) {
        OpenClient client = client(nodeId);
        long start = engine.nanoTicker.getAsLong();
        DecodeResult result = reader.read(reply);
        boolean kept = client.keep(task, result);
        if (kept && task == TaskKind.MAIN && result instanceof DecodeResult.Claimed) {
            controls.ifPresent(open -> open.keep(nodeId, reply.content(), this));
        }
        long read = engine.nanoTicker.getAsLong();
        boolean asks = kept && client.examine(task, result);
        readNanos += read - start;
        scoreNanos += engine.nanoTicker.getAsLong() - read;
        return asks;
    }

    private OpenClient client(long nodeId) {
        OpenClient client = clients.get(nodeId);
        if (client == null) {
            throw new IllegalArgumentException(
                    "node " + Long.toUnsignedString(nodeId) + " was not drawn for round " + round);
        }
        return client;
    }

    /**
     * Settles the round: compares and weighs the clients, decides about a skip, combines, and brings the run's memory up to
     * date. Call once, last.
     *
     * @param waitNanos what the caller spent on sending and waiting, for the report
     * @throws java.io.UncheckedIOException if the spool cannot be read
     */
    public RoundReport finish(long waitNanos) {
        long taken = readNanos + scoreNanos;
        long start = engine.nanoTicker.getAsLong();
        List<OpenClient.Judgement> judged =
                clients.values().stream().map(OpenClient::judgement).toList();
        long scored = engine.nanoTicker.getAsLong();
        Optional<CanaryReading> canary = engine.parts.canary().map(station -> station.read(round, global));
        long read = engine.nanoTicker.getAsLong();
        WeighedRound weighed = WeighedRound.of(engine, round, judged);
        long trusted = engine.nanoTicker.getAsLong();
        RoundOutcome outcome = RoundOutcome.of(this, weighed);
        outcome.settle(engine.memory, weighed, global);
        if (outcome.skipped().isEmpty()) {
            controls.ifPresent(open -> open.settle(engine.memory, weighed.admitted(), this));
        }
        long combined = engine.nanoTicker.getAsLong();
        return new RoundReport(
                round,
                weighed.reports(),
                outcome.skipped(),
                weighed.mean(),
                outcome.degraded(),
                weighed.findings().norms(),
                canary,
                outcome.adapter(),
                new RoundTimes(
                        waitNanos - taken + read - scored,
                        readNanos,
                        scoreNanos + scored - start,
                        trusted - read,
                        combined - trusted));
    }
}
