package io.safefedllm.lab.simulate;

import java.util.Map;
import java.util.Optional;

/** What the clients of a simulation learn, and how the result is measured. */
interface TrialTask {
    /**
     * Returns what a client holds.
     *
     * @param client its number, from 0
     * @param seed of this client
     */
    ClientRows rows(int client, SimulationSettings settings, long seed);

    /**
     * Returns what the trainings of one canary use, a benign and a harmful one; nothing where no rows are left that neither
     * a client nor the probe has seen.
     *
     * @param training how many rows a client has
     * @param seed of this canary
     */
    Optional<ClientRows> canaryRows(LocalTraining training, long seed);

    /** Returns rows from which updates for a probe can be made; nothing where a probe comes with the rows. */
    Optional<ProbeRows> probeRows();

    /** Returns what measures adapters, always the same. */
    Examiner examiner();

    /** Says, under the names of {@code result.json}, what the rows are. */
    Map<String, Object> settings();
}
