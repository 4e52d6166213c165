package io.safefedllm.client.exchange;

import io.safefedllm.client.train.RoundRate;
import io.safefedllm.client.train.TrainingPlan;
import java.util.OptionalDouble;

/**
 * How a client trains in each round.
 *
 * @param steps optimiser steps, at least 1
 * @param batchSize rows of a micro batch, at least 1
 * @param accumulation micro batches of a step, at least 1
 * @param rate learning rate by round
 * @param maxGradNorm bound on the length of the gradient; empty for none
 * @param seed of the choice of rows in runs that send none
 */
public record ClientRecipe(
        int steps, int batchSize, int accumulation, RoundRate rate, OptionalDouble maxGradNorm, long seed) {
    /** Ten steps on 16 rows at 5e-5, without clipping. */
    public static final ClientRecipe DEFAULTS =
            new ClientRecipe(10, 16, 1, new RoundRate(5e-5, 5e-5), OptionalDouble.empty(), 2023);

    /** Checks the ranges given above. */
    public ClientRecipe {
        if (steps < 1 || batchSize < 1 || accumulation < 1) {
            throw new IllegalArgumentException("steps, batch size and accumulation must be at least 1 but were " + steps
                    + ", " + batchSize + " and " + accumulation);
        }
    }

    /** Returns the same recipe with one learning rate for all rounds. */
    public ClientRecipe withConstantRate(double learningRate) {
        return new ClientRecipe(
                steps, batchSize, accumulation, new RoundRate(learningRate, learningRate), maxGradNorm, seed);
    }

    /** Returns the same recipe with other steps and another batch size. */
    public ClientRecipe withSteps(int newSteps, int newBatchSize) {
        return new ClientRecipe(newSteps, newBatchSize, accumulation, rate, maxGradNorm, seed);
    }

    boolean rateFalls() {
        return rate.max() != rate.min();
    }

    TrainingPlan plan(double learningRate, long rowSeed) {
        TrainingPlan plan =
                TrainingPlan.of(steps, batchSize, learningRate, rowSeed).withAccumulation(accumulation);
        return maxGradNorm.isPresent() ? plan.withMaxGradNorm(maxGradNorm.getAsDouble()) : plan;
    }

    long examples() {
        return (long) steps * batchSize * accumulation;
    }
}
