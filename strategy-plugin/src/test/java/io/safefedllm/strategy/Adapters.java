package io.safefedllm.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.store.PeftAdapter;
import java.util.ArrayList;
import java.util.List;

/** Small adapters for tests. */
public final class Adapters {
    /** One layer, rank 2, projection q of 3 x 4. */
    public static final AdapterLayout LAYOUT = AdapterLayout.of(
            List.of(new TensorSpec(name("lora_A"), List.of(2, 4)), new TensorSpec(name("lora_B"), List.of(3, 2))));

    private Adapters() {}

    /** Returns the name of one half of the only LoRA pair. */
    public static String name(String half) {
        return "base_model.model.model.layers.0.self_attn.q_proj." + half + ".weight";
    }

    /** Returns the first adapter of a run: A small, B zero. */
    public static LoraAdapter initial() {
        float[] values = new float[LAYOUT.size()];
        for (int i = 0; i < 8; i++) {
            values[i] = 0.01f * (i + 1);
        }
        return LoraAdapter.copyOf(LAYOUT, values);
    }

    /** Returns an adapter with {@code step} added to every element. */
    public static LoraAdapter shifted(LoraAdapter base, float step) {
        float[] values = base.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += step;
        }
        return LoraAdapter.copyOf(base.layout(), values);
    }

    /** Returns an adapter with its PEFT configuration. */
    public static PeftAdapter peft(LoraAdapter adapter) {
        return new PeftAdapter(new LoraConfig(2, 4.0, 0.0, List.of("q_proj"), "tiny"), adapter);
    }

    /** Reads a tensor list of a golden file. */
    public static LoraAdapter fromGolden(JsonNode tensors) {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonNode tensor : tensors) {
            List<Integer> shape = new ArrayList<>();
            tensor.get("shape").forEach(size -> shape.add(size.asInt()));
            specs.add(new TensorSpec(tensor.get("name").asText(), shape));
        }
        AdapterLayout layout = AdapterLayout.of(specs);
        float[] values = new float[layout.size()];
        int at = 0;
        for (JsonNode tensor : tensors) {
            for (double value : Golden.numbers(tensor.get("data"))) {
                values[at++] = (float) value;
            }
        }
        return LoraAdapter.wrap(layout, values);
    }
}
