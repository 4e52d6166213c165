/**
 * Model directories as Hugging Face writes them: configuration, tensors by name, where the tokenizer lies.
 *
 * <p>In: a directory. Out: a {@link io.safefedllm.client.checkpoint.ModelConfig} that has passed every check, and a
 * {@link io.safefedllm.client.checkpoint.WeightSource} that gives float32 tensors by name. Called by
 * {@code client.model}, {@code client.train} and the wiring. Knows nothing of tensors on a device, of LoRA or of text.
 */
@NullMarked
package io.safefedllm.client.checkpoint;

import org.jspecify.annotations.NullMarked;
