package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;

/**
 * Remembers the runs that an executor is driving, so that a restart can go on with them. Called on the thread that serves the run.
 *
 * <p>What is remembered includes the claim's secret: files must be readable by their owner only.
 */
public interface ClaimStore {

    /** The run was claimed and its inputs, which the platform gives out once, were pulled. */
    void save(RunClaim claim, RunInputs inputs);

    /** The run has ended, or is no longer this executor's. */
    void clear(RunClaim claim);

    /** Returns a store that forgets everything. */
    static ClaimStore none() {
        return new ClaimStore() {
            @Override
            public void save(RunClaim claim, RunInputs inputs) {
                // Nothing is remembered.
            }

            @Override
            public void clear(RunClaim claim) {
                // Nothing was remembered.
            }
        };
    }
}
