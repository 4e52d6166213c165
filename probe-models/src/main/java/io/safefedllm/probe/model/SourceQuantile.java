package io.safefedllm.probe.model;

/**
 * The conformal quantile of the benign scores of one source (SF-7.9).
 *
 * @param source name of the data set, or {@code *} where all were pooled
 * @param scores number of held-out scores m
 * @param quantile the score of rank ceil((m + 1)(1 - alpha))
 */
public record SourceQuantile(String source, int scores, double quantile) {}
