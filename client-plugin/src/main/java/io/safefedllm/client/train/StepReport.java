package io.safefedllm.client.train;

/**
 * What happened in one optimiser step.
 *
 * @param step number from 1
 * @param loss mean of the micro batches' losses, before the step
 * @param learningRate rate of the step
 * @param gradientNorm length of the gradient before clipping
 */
public record StepReport(int step, double loss, double learningRate, double gradientNorm) {}
