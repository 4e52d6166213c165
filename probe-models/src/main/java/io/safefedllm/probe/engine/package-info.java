/**
 * Scores updates on the chosen device.
 *
 * <p>In: a {@link io.safefedllm.probe.model.ProbeSet} and updates. Out: one
 * {@link io.safefedllm.probe.engine.ViewScore} per view. Called by the strategy, the lab and the command line; the choice of
 * device is shared with {@code probe.train}. DJL is loaded only when a CUDA device is asked for or looked for.
 */
@NullMarked
package io.safefedllm.probe.engine;

import org.jspecify.annotations.NullMarked;
