package io.safefedllm.client.train;

/**
 * What happened in one optimiser step.
 *
 * @param step number from 1
 * @param loss mean loss before the step, averaged as the plan says
 * @param learningRate rate of the step
 * @param gradientNorm length of the gradient before clipping
 * @param tokens how many tokens the step read, padding not counted
 */
public record StepReport(int step, double loss, double learningRate, double gradientNorm, long tokens) {}
