/**
 * Models in GGUF files, read directly and turned into Hugging Face terms.
 *
 * <p>In: a GGUF file of version 2 or 3. Out: {@link io.safefedllm.client.gguf.GgufModel}, its
 * {@link io.safefedllm.client.checkpoint.ModelConfig}, its weights by Hugging Face name and dequantised to float32, and its
 * tokenizer as the files that Hugging Face libraries read. Called by the wiring. Knows nothing of devices, LoRA or text.
 */
@NullMarked
package io.safefedllm.client.gguf;

import org.jspecify.annotations.NullMarked;
