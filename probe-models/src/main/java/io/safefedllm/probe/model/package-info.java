/**
 * Trained probes and the scores they give (SF-2, SF-7.3).
 *
 * <p>In: a {@link io.safefedllm.probe.feature.FeatureVector}. Out: a {@link io.safefedllm.probe.model.ProbeScore}. Called by
 * {@code probe.train}, {@code probe.calibrate}, {@code probe.engine}, {@code probe.store} and the strategy. Plain Java; knows
 * nothing of files and devices.
 */
@NullMarked
package io.safefedllm.probe.model;

import org.jspecify.annotations.NullMarked;
