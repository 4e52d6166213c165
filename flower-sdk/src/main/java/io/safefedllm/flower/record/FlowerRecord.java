package io.safefedllm.flower.record;

/** One entry of a {@link RecordDict}: arrays, metrics or a configuration. */
public sealed interface FlowerRecord permits ArrayRecord, MetricRecord, ConfigRecord {}
