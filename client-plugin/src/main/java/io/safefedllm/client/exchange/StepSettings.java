package io.safefedllm.client.exchange;

import io.safefedllm.client.train.AdamWSettings;
import io.safefedllm.client.train.Schedule;
import io.safefedllm.client.train.TrainingPlan;
import java.util.OptionalDouble;

/**
 * How a client takes one step.
 *
 * @param schedule course of the rate inside a round
 * @param weightDecay AdamW's decay, not negative
 * @param maxGradNorm bound on the length of the gradient; empty for none
 */
public record StepSettings(Schedule schedule, double weightDecay, OptionalDouble maxGradNorm) {
    /** A constant rate, no decay, no clipping. */
    public static final StepSettings DEFAULTS = new StepSettings(Schedule.CONSTANT, 0, OptionalDouble.empty());

    TrainingPlan in(TrainingPlan plan) {
        TrainingPlan decayed =
                plan.withSchedule(schedule).withOptimizer(AdamWSettings.DEFAULTS.withWeightDecay(weightDecay));
        return maxGradNorm.isPresent() ? decayed.withMaxGradNorm(maxGradNorm.getAsDouble()) : decayed;
    }
}
