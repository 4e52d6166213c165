package io.safefedllm.client.train;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What one training run does.
 *
 * @param steps optimiser steps, positive
 * @param batchSize rows of one micro batch, positive
 * @param accumulation micro batches per step, and how they are averaged
 * @param learningRate base rate, positive
 * @param schedule course of the rate over the steps
 * @param optimizer constants of AdamW
 * @param maxGradNorm bound on the length of the gradient; empty for none
 * @param seed of the choice of rows and of dropout
 * @param algorithm what is done beside the gradient's own steps
 * @param recorded names of the tensors whose change is kept after every step; empty for no record
 */
public record TrainingPlan(
        int steps,
        int batchSize,
        Accumulation accumulation,
        double learningRate,
        Schedule schedule,
        AdamWSettings optimizer,
        OptionalDouble maxGradNorm,
        long seed,
        LocalAlgorithm algorithm,
        List<String> recorded) {
    /** Checks the ranges given above. */
    public TrainingPlan {
        recorded = List.copyOf(recorded);
        requirePositive("steps", steps);
        requirePositive("batch size", batchSize);
        requirePositive("learning rate", learningRate);
        maxGradNorm.ifPresent(max -> requirePositive("maximum gradient norm", max));
    }

    /** A plan with a constant rate, no accumulation, no clipping and no decay. */
    public static TrainingPlan of(int steps, int batchSize, double learningRate, long seed) {
        return new TrainingPlan(
                steps,
                batchSize,
                Accumulation.NONE,
                learningRate,
                Schedule.CONSTANT,
                AdamWSettings.DEFAULTS,
                OptionalDouble.empty(),
                seed,
                LocalAlgorithm.PLAIN,
                List.of());
    }

    /** The same plan with another course of the rate. */
    public TrainingPlan withSchedule(Schedule other) {
        return changed(accumulation, other, optimizer, maxGradNorm, algorithm, recorded);
    }

    /** The same plan with other constants of the optimiser. */
    public TrainingPlan withOptimizer(AdamWSettings other) {
        return changed(accumulation, schedule, other, maxGradNorm, algorithm, recorded);
    }

    /** The same plan with clipping. */
    public TrainingPlan withMaxGradNorm(double max) {
        return changed(accumulation, schedule, optimizer, OptionalDouble.of(max), algorithm, recorded);
    }

    /** The same plan with several micro batches per step. */
    public TrainingPlan withAccumulation(int microBatches) {
        return withAccumulation(new Accumulation(microBatches, accumulation.average()));
    }

    /** The same plan with micro batches that are averaged in a certain way. */
    public TrainingPlan withAccumulation(Accumulation other) {
        return changed(other, schedule, optimizer, maxGradNorm, algorithm, recorded);
    }

    /** The same plan with another algorithm. */
    public TrainingPlan withAlgorithm(LocalAlgorithm other) {
        return changed(accumulation, schedule, optimizer, maxGradNorm, other, recorded);
    }

    /** The same plan with a record of every step, see {@link TrainingResult#steps}. */
    public TrainingPlan withRecorded(List<String> tensors) {
        return changed(accumulation, schedule, optimizer, maxGradNorm, algorithm, tensors);
    }

    /** The rates of all steps together: K lr for K steps at a constant rate lr. */
    public double totalRate() {
        double sum = 0;
        for (int step = 0; step < steps; step++) {
            sum += schedule.factor(step, steps);
        }
        return learningRate * sum;
    }

    private TrainingPlan changed(
            Accumulation micro,
            Schedule course,
            AdamWSettings constants,
            OptionalDouble bound,
            LocalAlgorithm beside,
            List<String> tensors) {
        return new TrainingPlan(steps, batchSize, micro, learningRate, course, constants, bound, seed, beside, tensors);
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be positive but was " + value);
        }
    }
}
