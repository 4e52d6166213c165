package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;

/**
 * Watches an executor; called on the thread that serves the run in question, so by several at a time if the executor serves several
 * runs at once.
 */
public interface ExecutorListener {

    /** The executor looks for runs and finds none; may be told again and again. */
    default void waiting() {}

    /** A run that an earlier process of the executor left goes on; {@link #started} follows once its inputs are at hand. */
    default void takenUp(RunClaim claim) {}

    /** A run that an earlier process of the executor left is over: it had completed, was ended or stopped, or no heartbeat came in time. */
    default void over(RunClaim claim) {}

    /** A run has begun, or goes on after a restart of the executor. */
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
