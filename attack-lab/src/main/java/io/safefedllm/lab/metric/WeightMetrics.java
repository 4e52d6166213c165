package io.safefedllm.lab.metric;

import java.util.List;
import java.util.function.Predicate;

/** Says who held the weight of a federation. Stateless and thread-safe. */
public final class WeightMetrics {
    private WeightMetrics() {}

    /**
     * Returns the part of the mean that hostile clients held, in [0, 1]: the sum of their effective examples by the sum of all, averaged over the
     * rounds that were not skipped; 0 if all were. A round in which nobody counts has share 0.
     */
    public static double hostileWeightShare(List<RoundWeights> rounds) {
        return rounds.stream()
                .filter(round -> !round.skipped())
                .mapToDouble(round -> share(round, ClientWeight::hostile))
                .average()
                .orElse(0.0);
    }

    /** Returns the mean security weight of honest clients over all rounds, skipped ones too, in [0, 1]; 0 without honest clients. */
    public static double honestWeightMean(List<RoundWeights> rounds) {
        return rounds.stream()
                .flatMap(round -> round.clients().stream())
                .filter(client -> !client.hostile())
                .mapToDouble(ClientWeight::weight)
                .average()
                .orElse(0.0);
    }

    /** Returns the part of all rounds of honest clients in which they were judged harmful or refused, in [0, 1]; 0 without honest clients. */
    public static double falseAlarmShare(List<RoundWeights> rounds) {
        return rounds.stream()
                .flatMap(round -> round.clients().stream())
                .filter(client -> !client.hostile())
                .mapToDouble(client -> client.blamed() ? 1.0 : 0.0)
                .average()
                .orElse(0.0);
    }

    /**
     * Returns the part of the mean that attacking clients held, in [0, 1]: as {@link #hostileWeightShare}, but over the rounds with an attack
     * only, and without the hostile clients that wait; 0 without such rounds.
     */
    public static double attackingWeightShare(List<RoundWeights> rounds) {
        return rounds.stream()
                .filter(round -> !round.skipped())
                .filter(round -> round.clients().stream().anyMatch(ClientWeight::strikes))
                .mapToDouble(round -> share(round, ClientWeight::strikes))
                .average()
                .orElse(0.0);
    }

    private static double share(RoundWeights round, Predicate<ClientWeight> counted) {
        double hostile = 0.0;
        double all = 0.0;
        for (ClientWeight client : round.clients()) {
            all += client.effectiveExamples();
            hostile += counted.test(client) ? client.effectiveExamples() : 0.0;
        }
        return all > 0.0 ? hostile / all : 0.0;
    }
}
