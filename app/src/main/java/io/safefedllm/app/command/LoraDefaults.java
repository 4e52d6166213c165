package io.safefedllm.app.command;

import java.util.List;

/** The shape of adapters where nobody says otherwise: that of the specification's local recipe. */
final class LoraDefaults {
    static final int RANK = 8;
    static final double ALPHA = 16;
    static final double DROPOUT = 0.05;
    static final List<String> TARGET_MODULES = List.of("q_proj", "v_proj");

    private LoraDefaults() {}
}
