package io.safefedllm.lab.attack;

/** Hears when an attacker strikes (AT-2, AT-12, AT-13): attacks that wait are honest clients until then. */
@FunctionalInterface
public interface StrikeWatch {
    /** Nobody listens. */
    StrikeWatch NONE = round -> {};

    /** The answer to the main task of {@code round}, from 1, is an attack. */
    void struck(int round);
}
