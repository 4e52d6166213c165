package io.safefedllm.it;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A first adapter of two small tensors, for tests that need no model. */
final class SmallAdapter {

    private static final String MODULE = "base_model.model.model.layers.0.self_attn.q_proj";

    private SmallAdapter() {}

    /** Writes the adapter as a PEFT directory and returns that. */
    static Path write(Path directory) throws IOException {
        AdapterLayout layout = AdapterLayout.of(List.of(
                new TensorSpec(MODULE + ".lora_A.weight", List.of(2, 4)),
                new TensorSpec(MODULE + ".lora_B.weight", List.of(4, 2))));
        float[] values = new float[layout.size()];
        Arrays.fill(values, 0, 8, 0.25f);
        PeftDirectory.write(
                directory,
                new PeftAdapter(
                        new LoraConfig(2, 4, 0.0, List.of("q_proj"), "none"), LoraAdapter.wrap(layout, values)));
        return directory;
    }
}
