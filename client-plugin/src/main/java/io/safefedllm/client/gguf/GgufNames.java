package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.ModelTensors;
import io.safefedllm.client.checkpoint.Projection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Hugging Face names of GGUF tensors. */
final class GgufNames {
    /** Divisors of the rotary frequencies; no weight of its own. */
    static final String ROTARY_FACTORS = "rope_freqs.weight";

    static final String EMBEDDING = "token_embd.weight";

    private static final Map<String, String> GLOBAL = Map.of(
            EMBEDDING,
            ModelTensors.EMBEDDING,
            "output_norm.weight",
            ModelTensors.FINAL_NORM,
            "output.weight",
            ModelTensors.HEAD);

    private static final Map<String, Projection> PROJECTIONS = Map.of(
            "attn_q", Projection.QUERY,
            "attn_k", Projection.KEY,
            "attn_v", Projection.VALUE,
            "attn_output", Projection.OUTPUT,
            "ffn_gate", Projection.GATE,
            "ffn_up", Projection.UP,
            "ffn_down", Projection.DOWN);

    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,5})\\.(\\w+)\\.(weight|bias)");

    private GgufNames() {}

    /** Returns the Hugging Face name, or nothing if no model that is known has such a tensor. */
    static Optional<String> huggingFace(String name) {
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) {
            return Optional.ofNullable(GLOBAL.get(name));
        }
        int layer = Integer.parseInt(block.group(1));
        return switch (block.group(2) + "." + block.group(3)) {
            case "attn_norm.weight" -> Optional.of(ModelTensors.inputNorm(layer));
            case "ffn_norm.weight" -> Optional.of(ModelTensors.postAttentionNorm(layer));
            default ->
                Optional.ofNullable(PROJECTIONS.get(block.group(2)))
                        .map(projection -> projection.moduleName(layer) + "." + block.group(3));
        };
    }
}
