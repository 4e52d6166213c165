package io.safefedllm.client.checkpoint;

/**
 * Which projections carry a bias vector.
 *
 * @param queryKeyValue on q_proj, k_proj and v_proj
 * @param output on o_proj
 * @param mlp on gate_proj, up_proj and down_proj
 */
public record BiasSettings(boolean queryKeyValue, boolean output, boolean mlp) {
    /** No bias anywhere, as in every published Llama. */
    public static final BiasSettings NONE = new BiasSettings(false, false, false);

    /** On q, k and v only, as in every Qwen2. */
    public static final BiasSettings QUERY_KEY_VALUE = new BiasSettings(true, false, false);
}
