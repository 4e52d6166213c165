/**
 * Local training: optimiser, schedules, LoRA steps, pre-training from scratch.
 *
 * <p>In: a {@link io.safefedllm.client.model.CausalLm}, an adapter and tokenised rows. Out: the trained adapter with its
 * losses, or an exception and no result. Called by {@code client.exchange}, the lab and the wiring. Optimiser state and
 * parameters are plain Java arrays; knows nothing of messages.
 */
@NullMarked
package io.safefedllm.client.train;

import org.jspecify.annotations.NullMarked;
