/**
 * Chooses the threshold of each view for a stated false-positive budget (SF-7.9).
 *
 * <p>In: a trained {@link io.safefedllm.probe.model.ProbeSet} and benign updates that it was not trained on. Out: the same set
 * with other thresholds and a card that says how they were chosen. Called by the command line and the lab.
 */
@NullMarked
package io.safefedllm.probe.calibrate;

import org.jspecify.annotations.NullMarked;
