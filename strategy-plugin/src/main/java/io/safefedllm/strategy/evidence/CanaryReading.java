package io.safefedllm.strategy.evidence;

/**
 * Where the canaries of a round put the threshold (SF-14.4).
 *
 * @param threshold of the logit z: a client above it is harmful; finite
 * @param benign how many benign updates set it
 * @param harmful how many harmful updates were trained
 * @param detected how many of the harmful ones lie above the threshold
 */
public record CanaryReading(double threshold, int benign, int harmful, int detected) {}
