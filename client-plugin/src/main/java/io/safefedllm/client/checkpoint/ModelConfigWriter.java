package io.safefedllm.client.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.probe.store.TensorType;

/** Renders config.json in the form that transformers 4.x wrote and 5.x still reads. */
final class ModelConfigWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelConfigWriter() {}

    static String toJson(ModelConfig config, TensorType weights) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add(config.family().architecture());
        root.put("model_type", config.family().modelType());
        putDimensions(root, config.dimensions());
        root.put("max_position_embeddings", config.maxPositions());
        root.put("hidden_act", "silu");
        root.put("rms_norm_eps", config.rmsNormEpsilon());
        root.put("rope_theta", config.rotary().theta());
        putScaling(root, config.rotary());
        root.put("tie_word_embeddings", config.tiedEmbeddings());
        putBiases(root, config);
        putTokens(root, config.tokens());
        root.put("torch_dtype", torchName(weights));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree could not be rendered", e);
        }
    }

    private static String torchName(TensorType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            default -> throw new IllegalArgumentException("weights are not stored as " + type);
        };
    }

    private static void putDimensions(ObjectNode root, Dimensions sizes) {
        root.put("hidden_size", sizes.hidden());
        root.put("intermediate_size", sizes.intermediate());
        root.put("num_hidden_layers", sizes.layers());
        root.put("num_attention_heads", sizes.heads());
        root.put("num_key_value_heads", sizes.keyValueHeads());
        root.put("head_dim", sizes.headDim());
        root.put("vocab_size", sizes.vocabulary());
    }

    private static void putScaling(ObjectNode root, RotarySettings rotary) {
        if (rotary.scaling().isEmpty()) {
            root.putNull("rope_scaling");
            return;
        }
        RotarySettings.Llama3Scaling scaling = rotary.scaling().get();
        root.putObject("rope_scaling")
                .put("rope_type", "llama3")
                .put("factor", scaling.factor())
                .put("low_freq_factor", scaling.lowFrequencyFactor())
                .put("high_freq_factor", scaling.highFrequencyFactor())
                .put("original_max_position_embeddings", (long) scaling.originalPositions());
    }

    /** Qwen2's biases are part of the family and have no settings. */
    private static void putBiases(ObjectNode root, ModelConfig config) {
        if (config.family() == ModelFamily.LLAMA) {
            root.put("attention_bias", config.biases().output());
            root.put("mlp_bias", config.biases().mlp());
        }
    }

    private static void putTokens(ObjectNode root, SpecialTokens tokens) {
        tokens.bos().ifPresentOrElse(id -> root.put("bos_token_id", id), () -> root.putNull("bos_token_id"));
        if (tokens.eos().isEmpty()) {
            root.putNull("eos_token_id");
        } else if (tokens.eos().size() == 1) {
            root.put("eos_token_id", tokens.eos().get(0));
        } else {
            ArrayNode ids = root.putArray("eos_token_id");
            tokens.eos().forEach(ids::add);
        }
        tokens.pad().ifPresentOrElse(id -> root.put("pad_token_id", id), () -> root.putNull("pad_token_id"));
    }
}
