/**
 * Text to batches: dataset files, prompt templates, tokenisation with masked prompts, seeded choice of rows.
 *
 * <p>In: files and strings. Out: {@link io.safefedllm.client.data.Batch}es of token ids, key masks and labels, held in
 * plain Java arrays. Called by {@code client.model}, {@code client.train} and the wiring. The tokenizer is the only
 * native part; nothing here knows of tensors, models or messages.
 */
@NullMarked
package io.safefedllm.client.data;

import org.jspecify.annotations.NullMarked;
