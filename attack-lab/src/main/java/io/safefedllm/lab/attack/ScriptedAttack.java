package io.safefedllm.lab.attack;

import io.safefedllm.flower.record.RecordDict;
import java.util.function.Consumer;

/**
 * An attack that is a function of the message.
 *
 * @param spec see {@link Attack#spec}
 * @param needsHarmfulRows see {@link Attack#needsHarmfulRows}
 * @param checks see {@link Attack#check}
 * @param script what is answered
 */
record ScriptedAttack(String spec, boolean needsHarmfulRows, Consumer<FederationFacts> checks, Script script)
        implements Attack {
    /** Answers a message. */
    @FunctionalInterface
    interface Script {
        RecordDict answer(HostileTurn turn) throws Exception;
    }

    /** Returns an attack that trains on harmful rows. */
    static ScriptedAttack harmful(Settings settings, Script script) {
        return new ScriptedAttack(settings.spec(), true, facts -> {}, script);
    }

    @Override
    public void check(FederationFacts facts) {
        checks.accept(facts);
    }

    @Override
    public RecordDict answer(HostileTurn turn) throws Exception {
        return script.answer(turn);
    }
}
