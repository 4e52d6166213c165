package io.safefedllm.lab.simulate;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import java.util.List;

/** The plain mean of adapters of one layout, summed in binary64. */
final class AdapterMean {
    private AdapterMean() {}

    static LoraAdapter of(List<LoraAdapter> adapters) {
        AdapterLayout layout = adapters.get(0).layout();
        float[] mean = new float[layout.size()];
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (LoraAdapter adapter : adapters) {
                sum += adapter.at(i);
            }
            mean[i] = (float) (sum / adapters.size());
        }
        return LoraAdapter.wrap(layout, mean);
    }
}
