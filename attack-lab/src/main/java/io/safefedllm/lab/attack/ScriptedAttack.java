package io.safefedllm.lab.attack;

import io.safefedllm.flower.record.RecordDict;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An attack that is a function of the message.
 *
 * @param spec see {@link Attack#spec}
 * @param needsHarmfulRows see {@link Attack#needsHarmfulRows}
 * @param checks see {@link Attack#check}
 * @param rehearsal see {@link Attack#rehearse}
 * @param when see {@link Attack#strikes}
 * @param script what is answered when it strikes; otherwise the honest client answers
 */
record ScriptedAttack(
        String spec,
        boolean needsHarmfulRows,
        Consumer<FederationFacts> checks,
        Consumer<Poisoner> rehearsal,
        Predicate<HostileTurn> when,
        Script script)
        implements Attack {
    /** Answers a message. */
    @FunctionalInterface
    interface Script {
        RecordDict answer(HostileTurn turn) throws Exception;
    }

    /** Returns an attack that trains on harmful rows, always. */
    static ScriptedAttack harmful(Settings settings, Script script) {
        return new ScriptedAttack(settings.spec(), true, facts -> {}, poisoner -> {}, turn -> true, script);
    }

    /** Returns an attack that needs no rows and knows enough, always. */
    static ScriptedAttack plain(Settings settings, Script script) {
        return new ScriptedAttack(settings.spec(), false, facts -> {}, poisoner -> {}, turn -> true, script);
    }

    /** Returns this attack, which now must know something of its federation. */
    ScriptedAttack knowing(Consumer<FederationFacts> needed) {
        return new ScriptedAttack(spec, needsHarmfulRows, needed, rehearsal, when, script);
    }

    /** Returns this attack, which now waits for its time. */
    ScriptedAttack striking(Predicate<HostileTurn> time) {
        return new ScriptedAttack(spec, needsHarmfulRows, checks, rehearsal, time, script);
    }

    /** Returns this attack, which now tries its rows before the run. */
    ScriptedAttack rehearsing(Consumer<Poisoner> trial) {
        return new ScriptedAttack(spec, needsHarmfulRows, checks, trial, when, script);
    }

    @Override
    public void check(FederationFacts facts) {
        checks.accept(facts);
    }

    @Override
    public void rehearse(Poisoner poisoner) {
        rehearsal.accept(poisoner);
    }

    @Override
    public boolean strikes(HostileTurn turn) {
        return when.test(turn);
    }

    @Override
    public RecordDict answer(HostileTurn turn) throws Exception {
        return when.test(turn) ? script.answer(turn) : turn.benign();
    }
}
