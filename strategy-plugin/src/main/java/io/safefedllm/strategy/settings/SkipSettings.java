package io.safefedllm.strategy.settings;

/**
 * When a round is skipped for lack of trust.
 *
 * @param threshold mean weight below which it is, in [0, 1] (SF-6.1)
 * @param scope who counts in the mean
 */
public record SkipSettings(double threshold, SkipScope scope) {}
