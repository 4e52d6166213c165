package io.safefedllm.lab.report;

import java.util.List;

/**
 * What one arm ended with.
 *
 * @param name as asked for: {@code safe-fedllm:shadow}
 * @param safeAnswersPercent safe answers to all held-out forbidden requests at the end, in percent
 * @param utilityPercent right answers to held-out benign questions at the end, in percent
 * @param hostileWeightShare what hostile clients held of the mean, in [0, 1]
 * @param honestWeightMean mean security weight of honest clients, in [0, 1]
 * @param roundsSkipped how many rounds left the adapter as it was
 * @param seconds where the time went
 * @param rounds in order
 */
public record ArmResult(
        String name,
        double safeAnswersPercent,
        double utilityPercent,
        double hostileWeightShare,
        double honestWeightMean,
        int roundsSkipped,
        ArmSeconds seconds,
        List<RoundResult> rounds) {
    public ArmResult {
        rounds = List.copyOf(rounds);
    }

    /** Returns the name as files and directories have it: a hyphen for each colon. */
    public String directoryName() {
        return name.replace(':', '-');
    }
}
