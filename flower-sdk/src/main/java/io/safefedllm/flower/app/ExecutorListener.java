package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;

/** Watches an executor; called on its thread. */
public interface ExecutorListener {

    /** The executor looks for runs and finds none; told once per wait. */
    default void waiting() {}

    /** A run has begun. */
    default void started(RunInputs inputs) {}

    /** A foreign run was handed on. */
    default void handedOn(RunClaim claim) {}

    /** A run of this executor, or a foreign one that nobody takes, has ended. */
    default void ended(RunOutcome outcome) {}

    /** Returns a listener that does nothing. */
    static ExecutorListener none() {
        return new ExecutorListener() {};
    }
}
