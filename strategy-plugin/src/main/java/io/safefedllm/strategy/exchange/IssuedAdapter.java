package io.safefedllm.strategy.exchange;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.List;

/**
 * An adapter that tasks hold, with the two digests that evidence must name. Make it once for a round: the digests run over
 * all values.
 *
 * @param adapter the values
 * @param sha256 digest of all tensors in the form of SF-7.6
 * @param loraASha256 digest of the lora_A tensors only, in the same form; empty if there is none
 */
public record IssuedAdapter(LoraAdapter adapter, String sha256, String loraASha256) {

    /** Computes the digests. */
    public static IssuedAdapter of(LoraAdapter adapter) {
        return new IssuedAdapter(adapter, adapter.sha256(), loraASha256(adapter));
    }

    private static String loraASha256(LoraAdapter adapter) {
        List<TensorSpec> tensors =
                adapter.layout().tensors().stream().filter(TensorSpec::isLoraA).toList();
        if (tensors.isEmpty()) {
            return "";
        }
        AdapterLayout layout = AdapterLayout.of(tensors);
        float[] values = new float[layout.size()];
        for (TensorSpec tensor : tensors) {
            adapter.copyTo(adapter.layout().offset(tensor.name()), values, layout.offset(tensor.name()), tensor.size());
        }
        return LoraAdapter.wrap(layout, values).sha256();
    }
}
