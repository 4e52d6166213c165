package io.safefedllm.client.checkpoint;

/** The seven linear maps of a decoder layer, in the order of modules (which is PEFT's order of parameters). */
public enum Projection {
    /** Queries, [H d, D]. */
    QUERY("self_attn", "q_proj"),
    /** Keys, [K d, D]. */
    KEY("self_attn", "k_proj"),
    /** Values, [K d, D]. */
    VALUE("self_attn", "v_proj"),
    /** Attention output, [D, H d]. */
    OUTPUT("self_attn", "o_proj"),
    /** MLP gate, [F, D]. */
    GATE("mlp", "gate_proj"),
    /** MLP input, [F, D]. */
    UP("mlp", "up_proj"),
    /** MLP output, [D, F]. */
    DOWN("mlp", "down_proj");

    private final String block;
    private final String leaf;

    Projection(String block, String leaf) {
        this.block = block;
        this.leaf = leaf;
    }

    /** The last part of the module's name, {@code q_proj} and so on. */
    public String leafName() {
        return leaf;
    }

    /** The module's full name in layer {@code layer}, {@code model.layers.0.self_attn.q_proj} and so on. */
    public String moduleName(int layer) {
        return "model.layers." + layer + "." + block + "." + leaf;
    }

    /** Columns of the weight matrix. */
    public int inputWidth(Dimensions sizes) {
        return switch (this) {
            case QUERY, KEY, VALUE, GATE, UP -> sizes.hidden();
            case OUTPUT -> sizes.queryWidth();
            case DOWN -> sizes.intermediate();
        };
    }

    /** Rows of the weight matrix. */
    public int outputWidth(Dimensions sizes) {
        return switch (this) {
            case QUERY -> sizes.queryWidth();
            case KEY, VALUE -> sizes.keyValueWidth();
            case OUTPUT, DOWN -> sizes.hidden();
            case GATE, UP -> sizes.intermediate();
        };
    }

    /** Whether the projection has a bias vector. */
    public boolean hasBias(BiasSettings biases) {
        return switch (this) {
            case QUERY, KEY, VALUE -> biases.queryKeyValue();
            case OUTPUT -> biases.output();
            case GATE, UP, DOWN -> biases.mlp();
        };
    }
}
