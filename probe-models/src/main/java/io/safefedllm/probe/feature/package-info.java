/**
 * Turns an update into what a probe sees: selects tensors, orders them, normalises them (SF-1, Safe-FedLLM).
 *
 * <p>In: a {@link io.safefedllm.probe.lora.LoraUpdate}. Out: one {@link io.safefedllm.probe.feature.FeatureVector} per
 * view. Called by {@code probe.train}, {@code probe.engine} and {@code strategy.gate}. Knows nothing of probes and scores.
 */
@NullMarked
package io.safefedllm.probe.feature;

import org.jspecify.annotations.NullMarked;
