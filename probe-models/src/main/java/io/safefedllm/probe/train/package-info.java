/**
 * Fits probes to labelled updates (SF-3, SF-7.12; Safe-FedLLM, "LoRA-Probe").
 *
 * <p>In: updates whose harm is known. Out: a {@link io.safefedllm.probe.model.ProbeSet} with its card. Called by the command
 * line and the lab. Tensor arithmetic runs on DJL; the gradient is the closed form, so no autograd is involved.
 */
@NullMarked
package io.safefedllm.probe.train;

import org.jspecify.annotations.NullMarked;
