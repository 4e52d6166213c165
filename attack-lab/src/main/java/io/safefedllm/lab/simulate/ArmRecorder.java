package io.safefedllm.lab.simulate;

import io.safefedllm.lab.metric.ClientWeight;
import io.safefedllm.lab.metric.RoundWeights;
import io.safefedllm.lab.metric.WeightMetrics;
import io.safefedllm.lab.report.ArmResult;
import io.safefedllm.lab.report.ArmSeconds;
import io.safefedllm.lab.report.ClientResult;
import io.safefedllm.lab.report.HeldOutLoss;
import io.safefedllm.lab.report.RoundResult;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.round.RoundListener;
import io.safefedllm.strategy.trust.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Measures one arm while it runs, and ends it when it is cancelled. Confined to the thread of the federation. */
final class ArmRecorder implements RoundListener {
    private static final double NANOS = 1e9;

    private final String arm;
    private final Set<Integer> hostile;
    private final ArmWatch watch;
    private final Examiner examiner;
    private final SimulationListener listener;
    private final BooleanSupplier cancelled;
    private final List<RoundResult> rounds = new ArrayList<>();
    private final List<RoundWeights> weights = new ArrayList<>();
    private long scoreNanos;
    private long aggregateNanos;

    ArmRecorder(
            String arm,
            Set<Integer> hostile,
            ArmWatch watch,
            Examiner examiner,
            SimulationListener listener,
            BooleanSupplier cancelled) {
        this.arm = arm;
        this.hostile = hostile;
        this.watch = watch;
        this.examiner = examiner;
        this.listener = listener;
        this.cancelled = cancelled;
    }

    /** Returns the node id of a client; 0 and 1 are taken by the platform. */
    static long nodeId(int client) {
        return client + 2L;
    }

    static int client(long nodeId) {
        return (int) (nodeId - 2);
    }

    @Override
    public void replyArrived(ServerRound round, long nodeId, TaskKind task) {
        requireNotCancelled(round);
        listener.replyArrived(arm, round.number());
    }

    /** A training that was cut short is an error reply to the federation, so a whole round may end without one that arrived. */
    private void requireNotCancelled(ServerRound round) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("the simulation was stopped in round " + round.number() + " of " + arm);
        }
    }

    @Override
    public void roundFinished(RoundReport report) {
        requireNotCancelled(report.round());
        List<ClientResult> clients = new ArrayList<>();
        List<ClientWeight> held = new ArrayList<>();
        for (ClientReport client : report.clients()) {
            int number = client(client.nodeId());
            boolean attacks = hostile.contains(number);
            clients.add(new ClientResult(
                    number,
                    attacks,
                    client.weight(),
                    client.reason(),
                    watch.loss(report.round().number(), number)));
            held.add(new ClientWeight(
                    attacks,
                    watch.hasStruck(report.round().number(), number),
                    client.weight(),
                    client.effectiveSamples() * client.clip(),
                    blamed(client)));
        }
        boolean skipped = report.skipped().isPresent();
        weights.add(new RoundWeights(skipped, held));
        scoreNanos += report.times().defenceNanos();
        aggregateNanos += report.times().aggregateNanos();
        int round = report.round().number();
        double safe = examiner.roundSafePercent(report.adapter());
        HeldOutLoss heldOut = examiner.heldOutLoss(report.adapter()).orElse(null);
        RoundResult result = new RoundResult(round, safe, skipped, heldOut, clients);
        rounds.add(result);
        listener.roundFinished(arm, result);
    }

    private static boolean blamed(ClientReport client) {
        return client.code().isViolation()
                || client.verdict().map(Verdict::harmful).orElse(false);
    }

    ArmResult result(LoraAdapter last) {
        ArmSeconds seconds = new ArmSeconds(
                watch.trainSeconds(),
                watch.shadowSeconds(),
                scoreNanos / NANOS,
                aggregateNanos / NANOS,
                watch.reusedSeconds());
        return new ArmResult(
                arm,
                examiner.endSafePercent(last),
                examiner.endUtilityPercent(last),
                WeightMetrics.hostileWeightShare(weights),
                WeightMetrics.attackingWeightShare(weights),
                WeightMetrics.honestWeightMean(weights),
                WeightMetrics.falseAlarmShare(weights),
                (int) rounds.stream().filter(RoundResult::skipped).count(),
                seconds,
                rounds);
    }
}
