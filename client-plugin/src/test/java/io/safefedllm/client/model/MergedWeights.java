package io.safefedllm.client.model;

import io.safefedllm.client.checkpoint.WeightSource;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;

/** A checkpoint with an adapter added to its matrices, W + s B A, in binary32. */
final class MergedWeights implements WeightSource {
    private final WeightSource base;
    private final PeftAdapter peft;

    MergedWeights(WeightSource base, PeftAdapter peft) {
        this.base = base;
        this.peft = peft;
    }

    @Override
    public Set<String> names() {
        return base.names();
    }

    @Override
    public List<Integer> shape(String name) {
        return base.shape(name);
    }

    @Override
    public void read(String name, long from, long count, FloatBuffer into) {
        LoraAdapter adapter = peft.adapter();
        String module = "base_model.model." + name.replaceAll("\\.weight$", "");
        int start = into.position();
        base.read(name, from, count, into);
        if (!adapter.layout().contains(module + ".lora_A.weight")) {
            return;
        }
        float[] a = adapter.tensor(module + ".lora_A.weight");
        float[] b = adapter.tensor(module + ".lora_B.weight");
        int rank = peft.config().r();
        int width = a.length / rank;
        for (int i = 0; i < count; i++) {
            int row = (int) ((from + i) / width);
            int column = (int) ((from + i) % width);
            double sum = 0;
            for (int k = 0; k < rank; k++) {
                sum += (double) b[row * rank + k] * a[k * width + column];
            }
            into.put(start + i, into.get(start + i) + (float) (peft.config().scale() * sum));
        }
    }

    @Override
    public void close() {
        base.close();
    }
}
