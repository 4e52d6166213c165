package io.safefedllm.flower.app;

import io.safefedllm.flower.link.RunClaim;
import io.safefedllm.flower.link.RunInputs;
import java.util.Optional;

/**
 * What an executor needs to go on with a run that another process of it began.
 *
 * @param claim the right to drive the run
 * @param inputs the run's inputs, which a SuperLink gives out once; empty if they were not pulled yet
 */
public record KeptRun(RunClaim claim, Optional<RunInputs> inputs) {

    /** Returns a run whose inputs are still to be pulled. */
    static KeptRun of(RunClaim claim) {
        return new KeptRun(claim, Optional.empty());
    }

    /** Returns a run whose inputs were pulled. */
    static KeptRun of(RunClaim claim, RunInputs inputs) {
        return new KeptRun(claim, Optional.of(inputs));
    }
}
