package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.aggregate.AdapterSpool;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.ClippedRows;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import io.safefedllm.strategy.exchange.Seeds;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.RoundGate;
import io.safefedllm.strategy.gate.UpdateSketch;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.optimize.ServerStep;
import io.safefedllm.strategy.settings.SkipScope;
import io.safefedllm.strategy.trust.AuditKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The adapter after a round.
 *
 * @param skipped why it is the one before; nothing if it is new
 * @param degraded whether the rule could not keep its promise with so few rows
 * @param adapter the adapter after the round
 * @param carried what rule and optimiser carry on, where the round was applied; as before otherwise (SF-6.2)
 */
record RoundOutcome(Optional<SkipReason> skipped, boolean degraded, LoraAdapter adapter, CarriedState carried) {

    /** Combines the clipped updates of the clients that were admitted, unless the round is skipped before that. */
    static RoundOutcome of(OpenRound round, WeighedRound weighed) {
        if (weighed.skip().isPresent()) {
            return skip(round, weighed.skip().get(), false);
        }
        RuleOutcome combined = combine(round, weighed.admitted());
        if (combined instanceof Aggregate aggregate) {
            return apply(round, aggregate);
        }
        NoAggregate none = (NoAggregate) combined;
        boolean unnoticed = none.why() == NoAggregate.Reason.NO_ROWS && !noticesEmptyRounds(round);
        return unnoticed ? notANumber(round) : skip(round, reason(none.why()), false);
    }

    private static RoundOutcome skip(OpenRound round, SkipReason reason, boolean degraded) {
        return new RoundOutcome(Optional.of(reason), degraded, round.global, round.engine.memory.carried());
    }

    /** The authors' round control divides by the sum of the weights, whatever that is (SF-6.5). */
    private static boolean noticesEmptyRounds(OpenRound round) {
        return round.engine.settings.course().skip().scope() == SkipScope.COUNTED;
    }

    private static RoundOutcome notANumber(OpenRound round) {
        float[] values = new float[round.global.layout().size()];
        Arrays.fill(values, Float.NaN);
        return new RoundOutcome(
                Optional.empty(),
                false,
                LoraAdapter.wrap(round.global.layout(), values),
                round.engine.memory.carried());
    }

    private static SkipReason reason(NoAggregate.Reason why) {
        return switch (why) {
            case NO_ROWS -> SkipReason.NON_FINITE_AGGREGATE;
            case ALL_SIMILAR -> SkipReason.ALL_SIMILAR;
            case NOTHING_KEPT -> SkipReason.NOTHING_KEPT;
            case TOO_MANY_ATTACKERS -> SkipReason.TOO_MANY_ATTACKERS;
        };
    }

    private static RuleOutcome combine(OpenRound round, List<ClientReport> admitted) {
        RoundEngine engine = round.engine;
        GlobalValues global = GlobalValues.of(round.global);
        Draws draws = Draws.seeded(ruleSeed(engine, round.round));
        double[] clips = admitted.stream().mapToDouble(ClientReport::clip).toArray();
        List<Long> nodes = admitted.stream().map(ClientReport::nodeId).toList();
        try (AdapterSpool.Rows rows = round.spool.rows(OpenClient.rows(nodes))) {
            ClippedRows clipped = new ClippedRows(rows, global, clips);
            RuleInput input = RuleInput.of(clipped, weights(engine, admitted), round.global, draws);
            return engine.parts.rule().combine(input.withState(engine.memory.carried()));
        }
    }

    /** Clients are told the run's seed, and an attacker who foresees what a rule draws can hide from it. */
    private static long ruleSeed(RoundEngine engine, ServerRound round) {
        AuditKey key = engine.memory.ledger().auditKey();
        return key.isPublic() ? Seeds.derive(engine.settings.seed(), "rule", round, 0) : key.ruleSeed(round);
    }

    /** BL-0.2: effective samples for the mean, weights for the others; without weights in rules every client counts 1. */
    private static double[] weights(RoundEngine engine, List<ClientReport> admitted) {
        AggregationRule rule = engine.parts.rule();
        boolean weighs = engine.settings.rule().weightsInRules()
                || (rule.countsSamples() && !engine.parts.optimizer().plainMeanWithoutWeights());
        return admitted.stream()
                .mapToDouble(
                        client -> !weighs ? 1.0 : rule.countsSamples() ? client.effectiveSamples() : client.weight())
                .toArray();
    }

    private static RoundOutcome apply(OpenRound round, Aggregate aggregate) {
        ServerStep step =
                round.engine.parts.optimizer().step(GlobalValues.of(round.global), aggregate, aggregate.state());
        LoraAdapter next = LoraAdapter.wrap(round.global.layout(), step.toFloat32());
        if (!next.isFinite() && noticesEmptyRounds(round)) {
            return skip(round, SkipReason.NON_FINITE_AGGREGATE, aggregate.degraded());
        }
        return new RoundOutcome(Optional.empty(), aggregate.degraded(), next, step.state());
    }

    /**
     * Brings the run's memory up to date: lengths and the step only of a round that was applied, replays of every round.
     *
     * @param before the adapter that the round began with
     */
    void settle(RunMemory memory, WeighedRound weighed, LoraAdapter before) {
        RoundGate gate = memory.roundGate();
        gate.settle(weighed.findings(), skipped().isPresent());
        memory.carry(carried);
        if (skipped().isEmpty() && gate.strikes()) {
            long makers = weighed.admitted().stream()
                    .filter(client -> client.weight() > 0)
                    .count();
            UpdateSketch step = UpdateSketch.of(
                    LoraUpdate.between(before, adapter),
                    memory.ledger().auditKey().sketchSeed());
            gate.remember(step, Math.toIntExact(makers));
        }
    }
}
