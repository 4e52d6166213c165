package io.safefedllm.client.train;

import ai.djl.engine.EngineException;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.BatchSource;
import io.safefedllm.client.model.EngineRuntime;
import io.safefedllm.client.model.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Optimiser steps on a flat parameter vector: gradients of micro batches averaged, clipped, AdamW. A run has the engine
 * to itself, so that dropout depends on the seed alone. Confined to one thread.
 */
final class TrainingLoop {
    private final Objective objective;
    private final TrainingPlan plan;
    private final LocalCorrection correction;
    private final float[] gradient;
    private final float[] micro;

    TrainingLoop(Objective objective, TrainingPlan plan, LocalCorrection correction) {
        this.objective = objective;
        this.plan = plan;
        this.correction = correction;
        this.gradient = new float[objective.size()];
        this.micro = new float[objective.size()];
    }

    /**
     * Trains {@code parameters} in place.
     *
     * @param afterStep called after every step; may read the parameters
     * @return the loss of every step
     * @throws TrainingException if a loss, gradient or parameter is not finite, a batch has no label, or memory runs out; the
     *     parameters are then of no use
     */
    List<Double> run(float[] parameters, BatchSource batches, Consumer<StepReport> afterStep) {
        return EngineRuntime.exclusively(() -> {
            EngineRuntime.seedDropout(plan.seed());
            AdamW optimizer = new AdamW(plan.optimizer(), parameters.length);
            List<Double> losses = new ArrayList<>(plan.steps());
            for (int step = 1; step <= plan.steps(); step++) {
                Accumulated sum = accumulate(step, parameters, batches);
                correction.onGradient(parameters, gradient);
                double norm = clippedNorm(step);
                double rate = plan.learningRate() * plan.schedule().factor(step - 1, plan.steps());
                optimizer.step(parameters, gradient, rate);
                correction.afterStep(parameters, rate);
                requireFinite(step, parameters);
                losses.add(sum.loss());
                afterStep.accept(new StepReport(step, sum.loss(), rate, norm, sum.tokens()));
            }
            return losses;
        });
    }

    /** Mean loss of a step's micro batches, and how many tokens they held. */
    private record Accumulated(double loss, long tokens) {}

    /** Leaves the mean gradient of the step's micro batches in {@code gradient}. */
    private Accumulated accumulate(int step, float[] parameters, BatchSource batches) {
        Accumulation accumulation = plan.accumulation();
        double losses = 0;
        double weights = 0;
        long tokens = 0;
        for (int i = 0; i < accumulation.microBatches(); i++) {
            Batch batch = batches.next();
            requireLabels(step, batch);
            double weight = accumulation.weight(batch.labelledTokens());
            losses += weight * differentiate(step, parameters, batch, i == 0 ? gradient : micro);
            weights += weight;
            tokens += batch.tokens();
            if (accumulation.microBatches() > 1) {
                addMicro(i == 0, (float) weight);
            }
        }
        if (accumulation.microBatches() > 1) {
            divide((float) weights);
        }
        double loss = losses / weights;
        if (!Double.isFinite(loss)) {
            throw new TrainingException(
                    "step " + step + ": the loss is " + loss + "; lower the learning rate or check the data");
        }
        return new Accumulated(loss, tokens);
    }

    /** Adds a micro batch's gradient; the first one is in {@code gradient} itself. */
    private void addMicro(boolean first, float weight) {
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = first ? weight * gradient[i] : gradient[i] + weight * micro[i];
        }
    }

    private void divide(float divisor) {
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] /= divisor;
        }
    }

    private double clippedNorm(int step) {
        double norm = GradientNorm.of(gradient);
        if (!Double.isFinite(norm)) {
            throw new TrainingException("step " + step + ": the norm of the gradient is " + norm
                    + "; lower the learning rate or check the adapter and the data");
        }
        plan.maxGradNorm().ifPresent(max -> GradientNorm.clip(gradient, norm, max));
        return norm;
    }

    private static void requireFinite(int step, float[] parameters) {
        for (float value : parameters) {
            if (!Float.isFinite(value)) {
                throw new TrainingException(
                        "step " + step + ": a parameter became " + value + "; lower the learning rate");
            }
        }
    }

    private double differentiate(int step, float[] parameters, Batch batch, float[] target) {
        try {
            return objective.lossAndGradient(parameters, batch, target);
        } catch (EngineException | OutOfMemoryError e) {
            throw EngineFailure.of("step " + step + ", " + EngineFailure.describe(batch), e);
        }
    }

    private static void requireLabels(int step, Batch batch) {
        if (batch.labelledTokens() == 0) {
            throw new TrainingException("step " + step + ": the batch of " + batch.rows() + " x " + batch.length()
                    + " tokens has no trained token");
        }
    }
}
