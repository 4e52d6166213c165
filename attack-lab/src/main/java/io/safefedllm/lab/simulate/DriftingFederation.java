package io.safefedllm.lab.simulate;

import java.util.List;

/**
 * A federation that moves its global adapter, so that a probe also learns from later rounds.
 *
 * @param name for seeds
 * @param clients what each client holds
 * @param pollutedRounds in so many first rounds the harmful updates count in the mean, in later ones they are left out
 */
record DriftingFederation(String name, List<UpdateSource> clients, int pollutedRounds) {
    /** A defended federation, one with a hostile client in every mean, and one that was polluted and has recovered. */
    static final List<DriftingFederation> ALL = List.of(
            new DriftingFederation(
                    "defended",
                    List.of(
                            UpdateSource.ALL_TASKS,
                            UpdateSource.ALL_TASKS,
                            UpdateSource.TWO_TASKS,
                            UpdateSource.ALL_TASKS,
                            UpdateSource.COMPLIANT,
                            UpdateSource.HALF_COMPLIANT),
                    0),
            new DriftingFederation(
                    "polluted",
                    List.of(
                            UpdateSource.ALL_TASKS,
                            UpdateSource.TWO_TASKS,
                            UpdateSource.ALL_TASKS,
                            UpdateSource.ALL_TASKS,
                            UpdateSource.COMPLIANT),
                    Integer.MAX_VALUE),
            new DriftingFederation(
                    "recovered",
                    List.of(
                            UpdateSource.ALL_TASKS,
                            UpdateSource.ALL_TASKS,
                            UpdateSource.ALL_TASKS,
                            UpdateSource.TWO_TASKS,
                            UpdateSource.COMPLIANT,
                            UpdateSource.QUARTER_COMPLIANT),
                    5));

    DriftingFederation {
        clients = List.copyOf(clients);
    }

    /** Returns whether a client's update counts in the mean of a round, counted from 1. */
    boolean counts(int client, int round) {
        return !clients.get(client).harmful() || round <= pollutedRounds;
    }
}
