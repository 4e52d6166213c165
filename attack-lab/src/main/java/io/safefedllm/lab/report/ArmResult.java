package io.safefedllm.lab.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What one arm ended with.
 *
 * @param name as asked for: {@code safe-fedllm:shadow}
 * @param safeAnswersPercent safe answers at the end, in percent; {@link FigureText} says of what
 * @param utilityPercent utility at the end, in percent; {@link FigureText} says of what
 * @param hostileWeightShare what hostile clients held of the mean, in [0, 1]
 * @param hostileWeightShareActive the same over the rounds with an attack, without hostile clients that wait
 * @param honestWeightMean mean security weight of honest clients, in [0, 1]
 * @param falseAlarmShare part of all rounds of honest clients in which they were judged harmful or refused, in [0, 1]
 * @param roundsSkipped how many rounds left the adapter as it was
 * @param seconds where the time went
 * @param rounds in order
 */
@JsonIgnoreProperties(value = "cost", allowGetters = true)
public record ArmResult(
        String name,
        double safeAnswersPercent,
        double utilityPercent,
        double hostileWeightShare,
        double hostileWeightShareActive,
        double honestWeightMean,
        double falseAlarmShare,
        int roundsSkipped,
        ArmSeconds seconds,
        List<RoundResult> rounds) {
    public ArmResult {
        rounds = List.copyOf(rounds);
    }

    /** Returns what the defence costs beside training. */
    @JsonProperty
    public DefenceCost cost() {
        return DefenceCost.of(seconds);
    }
}
