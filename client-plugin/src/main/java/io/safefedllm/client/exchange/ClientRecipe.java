package io.safefedllm.client.exchange;

import io.safefedllm.client.train.RoundRate;
import io.safefedllm.client.train.Schedule;
import io.safefedllm.client.train.TrainingPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How a client trains in each round.
 *
 * @param steps optimiser steps, at least 1
 * @param batchSize rows of a micro batch, at least 1
 * @param accumulation micro batches of a step, at least 1
 * @param rate learning rate by round
 * @param step what a single step does
 * @param seed of the choice of rows in runs that send none
 */
public record ClientRecipe(int steps, int batchSize, int accumulation, RoundRate rate, StepSettings step, long seed) {
    /** Ten steps on 16 rows at 5e-5, without clipping. */
    public static final ClientRecipe DEFAULTS =
            new ClientRecipe(10, 16, 1, new RoundRate(5e-5, 5e-5), StepSettings.DEFAULTS, 2023);

    private static final List<String> SHAPES = Arrays.stream(Schedule.Shape.values())
            .map(shape -> shape.name().toLowerCase(Locale.ROOT))
            .toList();
    private static final double ANY_RATE_ABOVE_ZERO = Double.MIN_VALUE;

    /** Checks the ranges given above. */
    public ClientRecipe {
        if (steps < 1 || batchSize < 1 || accumulation < 1) {
            throw new IllegalArgumentException("steps, batch size and accumulation must be at least 1 but were " + steps
                    + ", " + batchSize + " and " + accumulation);
        }
    }

    /** Returns the same recipe with one learning rate for all rounds. */
    public ClientRecipe withConstantRate(double learningRate) {
        return new ClientRecipe(steps, batchSize, accumulation, new RoundRate(learningRate, learningRate), step, seed);
    }

    /** Returns the same recipe with other steps and another batch size. */
    public ClientRecipe withSteps(int newSteps, int newBatchSize) {
        return new ClientRecipe(newSteps, newBatchSize, accumulation, rate, step, seed);
    }

    /**
     * Returns this recipe with what the run decides: FlowerTune's settings {@code train.learning-rate-max}, {@code -min} and
     * {@code train.training-arguments.*} first, then ours, {@code safe-fedllm.local.*}. Settings that change nothing here
     * (logging, saving, gradient checkpointing, epochs beside {@code max-steps}) are left alone.
     *
     * @param runConfig values are {@link Long}, {@link Double}, {@link Boolean} or {@link String}
     * @throws IllegalArgumentException if a value is of no use; the message names it
     */
    ClientRecipe in(Map<String, Object> runConfig) {
        RunValues run = new RunValues(runConfig);
        return new ClientRecipe(
                run.count(RunKey.MAX_STEPS, RunKey.OUR_STEPS).orElse(steps),
                run.count(RunKey.BATCH_SIZE, RunKey.OUR_BATCH_SIZE).orElse(batchSize),
                run.count(RunKey.ACCUMULATION, RunKey.OUR_ACCUMULATION).orElse(accumulation),
                rate(run),
                step(run),
                seed);
    }

    private RoundRate rate(RunValues run) {
        OptionalDouble max = run.number(ANY_RATE_ABOVE_ZERO, RunKey.LEARNING_RATE_MAX, RunKey.OUR_LEARNING_RATE);
        OptionalDouble min = run.number(0, RunKey.LEARNING_RATE_MIN);
        double highest = max.orElse(rate.max());
        double lowest = max.isPresent() ? highest : rate.min();
        return new RoundRate(highest, min.orElse(lowest));
    }

    private StepSettings step(RunValues run) {
        Schedule.Shape shape = run.word(SHAPES, RunKey.SCHEDULE)
                .map(word -> Schedule.Shape.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(step.schedule().shape());
        int warmup = run.whole(0, RunKey.WARMUP_STEPS).orElse(step.schedule().warmupSteps());
        OptionalDouble bound = run.number(0, RunKey.MAX_GRAD_NORM);
        return new StepSettings(
                new Schedule(shape, warmup),
                run.number(0, RunKey.WEIGHT_DECAY).orElse(step.weightDecay()),
                bound.isEmpty() ? step.maxGradNorm() : positive(bound),
                step.average());
    }

    /** Hugging Face's Trainer takes 0 for no clipping. */
    private static OptionalDouble positive(OptionalDouble bound) {
        return bound.getAsDouble() > 0 ? bound : OptionalDouble.empty();
    }

    boolean rateFalls() {
        return rate.max() != rate.min();
    }

    TrainingPlan plan(double learningRate, long rowSeed) {
        return step.in(TrainingPlan.of(steps, batchSize, learningRate, rowSeed).withAccumulation(accumulation));
    }

    long examples() {
        return (long) steps * batchSize * accumulation;
    }
}
