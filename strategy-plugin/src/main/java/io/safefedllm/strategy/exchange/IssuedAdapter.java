package io.safefedllm.strategy.exchange;

import io.safefedllm.probe.lora.LoraAdapter;

/**
 * An adapter that tasks hold, with the two digests that evidence must name. Make it once for a round: the digests run over
 * all values.
 *
 * @param adapter the values
 * @param sha256 digest of all tensors in the form of SF-7.6
 * @param loraASha256 digest of the lora_A tensors only, in the same form
 */
public record IssuedAdapter(LoraAdapter adapter, String sha256, String loraASha256) {

    /** Computes the digests. */
    public static IssuedAdapter of(LoraAdapter adapter) {
        return new IssuedAdapter(adapter, adapter.sha256(), adapter.loraASha256());
    }
}
