package io.safefedllm.lab.attack;

import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.lab.formula.AdapterParts;
import io.safefedllm.lab.formula.AgnosticSearch;
import io.safefedllm.lab.formula.AttackSchedules;
import io.safefedllm.lab.formula.CollusionFormulas;
import io.safefedllm.lab.formula.OwnFormulas;
import io.safefedllm.lab.formula.TauSearch;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;

/**
 * Attacks on what is learnt, by vectors that are no training's result (AT-3 to AT-9, AT-21). Colluders send the same vector. The reply to
 * a shadow task is that of the honest client: it costs nothing and gives nothing away.
 */
final class VectorAttacks {
    private VectorAttacks() {}

    /** Makes the update from the turn. */
    @FunctionalInterface
    private interface Formula {
        double[] of(HostileTurn turn) throws Exception;
    }

    static Attack signFlip(Settings settings) {
        if (settings.word("of", "mean", "own").equals("mean")) {
            double gamma = settings.positive("gamma");
            return shared(settings, turn -> OwnFormulas.boost(CollusionFormulas.signFlip(turn.honest()), gamma));
        }
        double gamma = settings.positive("gamma");
        return own(settings, (turn, update) -> OwnFormulas.signFlip(update, gamma));
    }

    static Attack innerProduct(Settings settings) {
        double tau = settings.positive("tau");
        return shared(settings, turn -> CollusionFormulas.innerProduct(turn.honest(), tau));
    }

    static Attack littleIsEnough(Settings settings) {
        OptionalDouble z = settings.notNegativeOrAuto("z");
        int sign = settings.word("sign", "-1", "1").equals("1") ? 1 : -1;
        AdapterParts.Part part = settings.constant("part", AdapterParts.Part.class);
        return ScriptedAttack.plain(
                        settings,
                        turn -> shared(
                                settings.spec(),
                                part,
                                turn,
                                now -> CollusionFormulas.littleIsEnough(now.honest(), sign * alieZ(z, now.facts()))))
                .knowing(facts -> alieZ(z, facts));
    }

    private static double alieZ(OptionalDouble z, FederationFacts facts) {
        return z.isPresent()
                ? z.getAsDouble()
                : AttackSchedules.alieZ(facts.requireClients("alie", "z"), facts.requireHostile("alie", "z"));
    }

    static Attack agnostic(Settings settings, AgnosticSearch.Bound bound) {
        AgnosticSearch.Direction direction = settings.constant("direction", AgnosticSearch.Direction.class);
        return shared(settings, turn -> AgnosticSearch.furthest(turn.honest(), bound, direction));
    }

    static Attack gaussian(Settings settings) {
        double mean = settings.number("mean");
        double sigma = settings.notNegative("sigma");
        if (settings.word("base", "zero", "own").equals("own")) {
            settings.refuse("mean", "base is own");
            settings.refuse("sigma", "base is own");
            return own(settings, (turn, update) -> OwnFormulas.noisy(update, turn.ownNormals()));
        }
        return shared(settings, turn -> CollusionFormulas.gaussian(mean, sigma, turn.sharedNormals()));
    }

    static Attack mimic(Settings settings) {
        int client = settings.integer("client", 0, Integer.MAX_VALUE);
        return shared(settings, turn -> CollusionFormulas.mimic(turn.honest(), client))
                .knowing(facts -> requireHonest(client, facts));
    }

    private static void requireHonest(int client, FederationFacts facts) {
        if (client >= facts.honestSeen()) {
            throw new IllegalArgumentException("client of attack 'mimic' must be below " + facts.honestSeen()
                    + ", the number of honest clients that it sees, but was " + client);
        }
    }

    static Attack optimised(Settings settings) {
        boolean ipm = settings.word("of", "ipm", "alie").equals("ipm");
        boolean clips = settings.word("clip", "on", "off").equals("on");
        String rule = settings.text("rule");
        OptionalInt attackers = settings.integerOrAuto("f", 1, Integer.MAX_VALUE);
        AggregationRules.named(rule, 1);
        AdapterParts.Part part = settings.constant("part", AdapterParts.Part.class);
        return ScriptedAttack.plain(
                        settings,
                        turn -> shared(settings.spec(), part, turn, now -> {
                            int f = attackers.orElseGet(() -> now.facts().requireHostile("optimised", "f"));
                            TauSearch.Rule target =
                                    new RuleUnderAttack(rule, f, now.global().layout());
                            return TauSearch.strongest(
                                    now.honest(), f, strength(now, ipm), clips ? TauSearch.clipped(2, target) : target);
                        }))
                .knowing(facts -> attackers.orElseGet(() -> facts.requireHostile("optimised", "f")));
    }

    private static DoubleFunction<double[]> strength(HostileTurn turn, boolean ipm) throws Exception {
        var honest = turn.honest();
        return ipm
                ? tau -> CollusionFormulas.innerProduct(honest, tau)
                : tau -> CollusionFormulas.littleIsEnough(honest, tau);
    }

    private static ScriptedAttack shared(Settings settings, Formula formula) {
        AdapterParts.Part part = settings.constant("part", AdapterParts.Part.class);
        String spec = settings.spec();
        return ScriptedAttack.plain(settings, turn -> shared(spec, part, turn, formula));
    }

    private static RecordDict shared(String spec, AdapterParts.Part part, HostileTurn turn, Formula formula)
            throws Exception {
        RecordDict own = turn.benign();
        if (turn.shadow()) {
            return own;
        }
        double[] vector = turn.ring().once(spec + " " + turn.key(), double[].class, () -> formula.of(turn));
        return turn.rewritten(own, AdapterParts.inPart(part, turn.update(vector), turn.updateOf(own)));
    }

    /** Makes the update from the client's own one. */
    @FunctionalInterface
    private interface OwnFormula {
        double[] of(HostileTurn turn, double[] own);
    }

    private static Attack own(Settings settings, OwnFormula formula) {
        AdapterParts.Part part = settings.constant("part", AdapterParts.Part.class);
        return ScriptedAttack.plain(settings, turn -> {
            RecordDict reply = turn.benign();
            if (turn.shadow()) {
                return reply;
            }
            LoraUpdate own = turn.updateOf(reply);
            double[] vector = formula.of(turn, HostileTurn.widened(own.toArray()));
            return turn.rewritten(reply, AdapterParts.inPart(part, turn.update(vector), own));
        });
    }
}
