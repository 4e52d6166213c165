package io.safefedllm.client.exchange;

import io.safefedllm.client.train.Accumulation;
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
 * @param average what the loss of several micro batches is the mean of
 */
public record StepSettings(
        Schedule schedule, double weightDecay, OptionalDouble maxGradNorm, Accumulation.Average average) {
    /** A constant rate, no decay, no clipping, micro batches averaged one by one. */
    public static final StepSettings DEFAULTS =
            new StepSettings(Schedule.CONSTANT, 0, OptionalDouble.empty(), Accumulation.Average.BATCHES);

    /** Returns a plan whose steps are taken by these settings. */
    public TrainingPlan in(TrainingPlan plan) {
        TrainingPlan decayed = plan.withSchedule(schedule)
                .withOptimizer(AdamWSettings.DEFAULTS.withWeightDecay(weightDecay))
                .withAccumulation(new Accumulation(plan.accumulation().microBatches(), average));
        return maxGradNorm.isPresent() ? decayed.withMaxGradNorm(maxGradNorm.getAsDouble()) : decayed;
    }
}
