package io.safefedllm.app.command;

import io.safefedllm.probe.lora.LoraConfig;
import java.nio.file.Path;
import java.util.List;

/** The shape of adapters where nobody says otherwise: that of the specification's local recipe. */
final class LoraDefaults {
    static final int RANK = 8;
    static final double ALPHA = 16;
    static final double DROPOUT = 0.05;
    static final List<String> TARGET_MODULES = List.of("q_proj", "v_proj");

    private LoraDefaults() {}

    /** Returns the usual configuration for the model in {@code base}. */
    static LoraConfig config(Path base) {
        return new LoraConfig(RANK, ALPHA, DROPOUT, TARGET_MODULES, base.toString());
    }
}
