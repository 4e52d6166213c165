package io.safefedllm.strategy.journal;

/**
 * The weights of a round together (SF-6.1, SF-7.8).
 *
 * @param value mean weight of the clients that count, not weighted by samples; 0 if none does
 * @param counted how many clients count
 * @param effectiveSamples S, the sum of n w over all clients
 */
public record MeanWeight(double value, int counted, double effectiveSamples) {}
