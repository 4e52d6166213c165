package io.safefedllm.lab.attack;

import io.safefedllm.lab.formula.AttackSchedules;
import java.util.OptionalInt;

/** Attacks by training data, and when they strike (AT-1, AT-2, AT-12, AT-13). The reply is that of an honest program. */
final class DataAttacks {
    private DataAttacks() {}

    static Attack harmfulData(Settings settings) {
        RowPoisoning poisoning = poisoning(settings);
        return ScriptedAttack.harmful(settings, turn -> turn.poisoned(poisoning));
    }

    static Attack responsePoisoning(Settings settings) {
        RowPoisoning poisoning = poisoning(RowPoisoning.Kind.RESPONSES, settings);
        return ScriptedAttack.harmful(settings, turn -> turn.poisoned(poisoning));
    }

    static Attack labelFlip(Settings settings) {
        RowPoisoning poisoning = poisoning(RowPoisoning.Kind.LABELS, settings);
        return ScriptedAttack.plain(settings, turn -> turn.poisoned(poisoning))
                .rehearsing(poisoner -> poisoner.poisoned(poisoning));
    }

    static Attack drip(Settings settings) {
        RowPoisoning poisoning = poisoning(settings);
        int period = settings.integer("period", 1, Integer.MAX_VALUE);
        int on = settings.integer("on", 1, period);
        int offset = settings.integer("offset", 0, Integer.MAX_VALUE);
        return ScriptedAttack.harmful(settings, turn -> turn.poisoned(poisoning))
                .striking(turn -> AttackSchedules.drips(turn.round() - 1, period, on, offset));
    }

    static Attack sleeper(Settings settings) {
        RowPoisoning poisoning = poisoning(settings);
        OptionalInt round = settings.integerOrAuto("round", 1, Integer.MAX_VALUE);
        return ScriptedAttack.harmful(settings, turn -> turn.poisoned(poisoning))
                .knowing(facts -> wake(round, facts))
                .striking(turn -> AttackSchedules.awake(turn.round() - 1, wake(round, turn.facts())));
    }

    private static int wake(OptionalInt round, FederationFacts facts) {
        return round.isPresent()
                ? round.getAsInt() - 1
                : AttackSchedules.usualWake(facts.requireRounds("sleeper", "round"));
    }

    static Attack auditAware(Settings settings) {
        RowPoisoning poisoning = poisoning(settings);
        return ScriptedAttack.harmful(settings, turn -> turn.poisoned(poisoning))
                .striking(turn -> AttackSchedules.unaudited(turn.participation()));
    }

    static RowPoisoning poisoning(Settings settings) {
        return poisoning(RowPoisoning.Kind.ROWS, settings);
    }

    private static RowPoisoning poisoning(RowPoisoning.Kind kind, Settings settings) {
        try {
            return new RowPoisoning(kind, settings.decimal("ratio"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("attack '" + settings.spec() + "': " + e.getMessage(), e);
        }
    }
}
