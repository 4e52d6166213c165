package io.safefedllm.client.train;

import java.util.OptionalDouble;

/**
 * What one training run does.
 *
 * @param steps optimiser steps, positive
 * @param batchSize rows of one micro batch, positive
 * @param accumulation micro batches per step, positive; their gradients are averaged
 * @param learningRate base rate, positive
 * @param schedule course of the rate over the steps
 * @param optimizer constants of AdamW
 * @param maxGradNorm bound on the length of the gradient; empty for none
 * @param seed of the choice of rows and of dropout
 */
public record TrainingPlan(
        int steps,
        int batchSize,
        int accumulation,
        double learningRate,
        Schedule schedule,
        AdamWSettings optimizer,
        OptionalDouble maxGradNorm,
        long seed) {
    /** Checks the ranges given above. */
    public TrainingPlan {
        requirePositive("steps", steps);
        requirePositive("batch size", batchSize);
        requirePositive("accumulation", accumulation);
        requirePositive("learning rate", learningRate);
        maxGradNorm.ifPresent(max -> requirePositive("maximum gradient norm", max));
    }

    /** A plan with a constant rate, no accumulation, no clipping and no decay. */
    public static TrainingPlan of(int steps, int batchSize, double learningRate, long seed) {
        return new TrainingPlan(
                steps,
                batchSize,
                1,
                learningRate,
                Schedule.CONSTANT,
                AdamWSettings.DEFAULTS,
                OptionalDouble.empty(),
                seed);
    }

    /** The same plan with another course of the rate. */
    public TrainingPlan withSchedule(Schedule other) {
        return new TrainingPlan(steps, batchSize, accumulation, learningRate, other, optimizer, maxGradNorm, seed);
    }

    /** The same plan with other constants of the optimiser. */
    public TrainingPlan withOptimizer(AdamWSettings other) {
        return new TrainingPlan(steps, batchSize, accumulation, learningRate, schedule, other, maxGradNorm, seed);
    }

    /** The same plan with clipping. */
    public TrainingPlan withMaxGradNorm(double max) {
        return new TrainingPlan(
                steps, batchSize, accumulation, learningRate, schedule, optimizer, OptionalDouble.of(max), seed);
    }

    /** The same plan with several micro batches per step. */
    public TrainingPlan withAccumulation(int microBatches) {
        return new TrainingPlan(steps, batchSize, microBatches, learningRate, schedule, optimizer, maxGradNorm, seed);
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be positive but was " + value);
        }
    }
}
