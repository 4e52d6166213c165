package io.safefedllm.lab.attack;

import io.safefedllm.flower.record.RecordDict;

/** What a hostile client answers to train messages (AT-1 to AT-21). Immutable; what it remembers is kept by {@link HostileClientApp}. */
public interface Attack {
    /** Returns the name with every parameter that is not at its default: {@code harmful-data:ratio=0.25}. */
    String spec();

    /** Returns whether the attack trains on harmful rows, so that its host must have some. */
    boolean needsHarmfulRows();

    /**
     * Checks that the attack knows what it must know.
     *
     * @throws IllegalArgumentException if it does not; the message names the parameter to give
     */
    default void check(FederationFacts facts) {}

    /**
     * Poisons the rows that the attack cannot do without, so that rows which do not fit it are found before the run.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    default void rehearse(Poisoner poisoner) {}

    /** Returns whether the answer to this message is an attack; an attack that waits answers as an honest client. */
    default boolean strikes(HostileTurn turn) {
        return true;
    }

    /**
     * Answers one train message.
     *
     * @throws Exception what the honest client throws; to the server, the node then has no answer
     */
    RecordDict answer(HostileTurn turn) throws Exception;
}
