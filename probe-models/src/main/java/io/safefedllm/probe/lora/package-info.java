/**
 * LoRA adapters and the updates that clients make to them.
 *
 * <p>In: named tensors in PEFT's naming. Out: {@link io.safefedllm.probe.lora.LoraAdapter} (absolute values),
 * {@link io.safefedllm.probe.lora.LoraUpdate} (what a client changed) and the
 * {@link io.safefedllm.probe.lora.AdapterLayout} that both follow. Anyone may call. Knows nothing of files, features,
 * probes or the network.
 */
@NullMarked
package io.safefedllm.probe.lora;

import org.jspecify.annotations.NullMarked;
