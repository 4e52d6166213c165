package io.safefedllm.probe.store;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;

/**
 * An adapter with what is needed to attach it.
 *
 * @param config rank, scale, target modules
 * @param adapter the values; names as in {@link PeftDirectory}
 */
public record PeftAdapter(LoraConfig config, LoraAdapter adapter) {}
