package io.safefedllm.probe.model;

/**
 * How many updates of one source a probe learned from.
 *
 * @param source name of the data set that the updates were trained on
 * @param harmful label of these updates
 * @param updates number of updates, training and validation together
 */
public record SourceCount(String source, boolean harmful, int updates) {}
