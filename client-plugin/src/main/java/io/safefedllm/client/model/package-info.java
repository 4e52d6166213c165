/**
 * The decoder on DJL's operators: weights, LoRA, loss, gradients, greedy generation.
 *
 * <p>In: a {@link io.safefedllm.client.checkpoint.WeightSource}, {@link io.safefedllm.client.data.Batch}es and parameters
 * as {@code float[]}. Out: losses, gradients, logits and token ids, all in plain Java arrays; no DJL type leaves this
 * package. Called by {@code client.train}. Knows nothing of optimisers, files or messages.
 */
@NullMarked
package io.safefedllm.client.model;

import org.jspecify.annotations.NullMarked;
