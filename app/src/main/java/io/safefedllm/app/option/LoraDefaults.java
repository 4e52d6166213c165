package io.safefedllm.app.option;

import java.util.List;

/** The shape of adapters where nobody says otherwise: that of the specification's local recipe. */
public final class LoraDefaults {
    public static final int RANK = 8;
    public static final double ALPHA = 16;
    public static final double DROPOUT = 0.05;
    public static final List<String> TARGET_MODULES = List.of("q_proj", "v_proj");

    private LoraDefaults() {}
}
