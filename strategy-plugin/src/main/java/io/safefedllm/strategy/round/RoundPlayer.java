package io.safefedllm.strategy.round;

import io.safefedllm.flower.app.ServerContext;
import io.safefedllm.flower.link.Grid;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.settings.StrategySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plays the rounds of one run: network, engine, files, log. Confined to the run's thread. */
final class RoundPlayer {
    private static final Logger LOG = LoggerFactory.getLogger(RoundPlayer.class);

    private final RunPlan plan;
    private final Grid grid;
    private final RunDirectory directory;
    private final RunState state;
    private final RoundExchange exchange;
    private final RoundEngine engine;
    private final RoundListener listener;

    RoundPlayer(RunPlan plan, Grid grid, ServerContext context, RunDirectory directory, RunState state) {
        LoraAdapter initial = plan.initial().adapter();
        this.plan = plan;
        this.grid = grid;
        this.directory = directory;
        this.state = state;
        this.listener = plan.parts().listener();
        this.exchange = new RoundExchange(grid, context.clock(), plan.parts().pause(), plan.settings(), initial);
        this.engine = new RoundEngine(plan.settings(), initial, plan.engineParts(), state.memory(), plan.nanoTicker());
    }

    void start() {
        StrategySettings settings = plan.settings();
        LoraAdapter adapter = state.adapter();
        say("mode=" + settings.mode().key() + " level=" + settings.level().key() + " rule="
                + settings.rule().name() + " rounds=" + settings.course().rounds());
        say("adapter " + adapter.layout().tensors().size() + " tensors, "
                + adapter.layout().size() + " elements, " + adapter.sha256());
        plan.probe().ifPresent(probe -> say("probe " + probe.summary()));
        for (String warning : plan.probeWarnings()) {
            LOG.warn("the probe is not quite for this run: {}", warning);
            grid.log("warning: the probe is not quite for this run: " + warning);
        }
        if (state.finished() > 0) {
            say("goes on after round " + state.finished());
        }
        listener.runStarted(settings);
    }

    void play(ServerRound round) throws IOException, InterruptedException {
        List<Long> online = exchange.awaitNodes();
        List<Long> nodes = plan.settings()
                .course()
                .sampling()
                .draw(online, round, plan.settings().seed());
        listener.roundStarted(round, nodes);
        RoundReport report = exchange(round, nodes, online.size());
        state.finish(report);
        tell(report);
    }

    private RoundReport exchange(ServerRound round, List<Long> nodes, int allClients) throws InterruptedException {
        Path spool = directory.openSpool(round);
        try {
            OpenRound open = engine.open(round, state.adapter(), nodes, spool, allClients);
            long start = plan.nanoTicker().getAsLong();
            Map<String, RoundExchange.Task> sent = exchange.send(round, state.adapter(), nodes, open);
            exchange.collect(round, sent, open, (task, reply) -> {
                boolean asks = open.reply(task.nodeId(), task.kind(), reply);
                listener.replyArrived(round, task.nodeId(), task.kind());
                return asks;
            });
            return finish(open, plan.nanoTicker().getAsLong() - start);
        } finally {
            directory.closeSpool(round);
        }
    }

    /** Canaries are trained here, and say by a cancellation that this thread was interrupted. */
    private static RoundReport finish(OpenRound open, long nanos) throws InterruptedException {
        try {
            return open.finish(nanos);
        } catch (CancellationException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            InterruptedException interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Leaves the last adapter beside the journal. */
    void finish() throws IOException {
        PeftDirectory.write(directory.root(), new PeftAdapter(plan.initial().config(), state.adapter()));
        say("finished after " + plan.settings().course().rounds() + " rounds, adapter "
                + state.adapter().sha256());
    }

    private void tell(RoundReport report) {
        for (ClientReport client : report.clients()) {
            LOG.debug(
                    "round={} node={} reason={} weight={} examples={} {}",
                    report.round(),
                    Long.toUnsignedString(client.nodeId()),
                    client.reason(),
                    client.weight(),
                    client.cappedExamples(),
                    client.detail());
            listener.clientJudged(report.round(), client);
        }
        say(line(report));
        listener.roundFinished(report);
    }

    private static String line(RoundReport report) {
        long admitted =
                report.clients().stream().filter(ClientReport::isAdmitted).count();
        long refused = report.clients().stream()
                .filter(client -> client.code().isViolation())
                .count();
        return String.format(
                Locale.ROOT,
                "round=%d admitted=%d refused=%d absent=%d skipped=%s meanWeight=%.2f%s",
                report.round().number(),
                admitted,
                refused,
                report.clients().size() - admitted - refused,
                report.skipped().map(reason -> "true reason=" + reason).orElse("false"),
                report.meanWeight(),
                report.degraded() ? " degraded=true" : "");
    }

    private void say(String line) {
        LOG.info(line);
        grid.log(line);
    }
}
