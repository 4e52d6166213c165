package io.safefedllm.client.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads config.json (LORA-TRAINER 1.1). Strict: an option that changes the mathematics and is unknown is an error. */
final class ModelConfigReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;

    private ModelConfigReader(JsonNode root) {
        this.root = root;
    }

    static ModelConfig read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException("no config.json at '" + file + "'; give a Hugging Face model directory");
        }
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new CheckpointException("cannot read '" + file + "': " + e.getMessage(), e);
        } catch (CheckpointException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        }
    }

    static ModelConfig parse(String json) {
        try {
            JsonNode root = JSON.readTree(json);
            if (root == null || !root.isObject()) {
                throw new CheckpointException("config.json is not a JSON object");
            }
            return new ModelConfigReader(root).config();
        } catch (JsonProcessingException e) {
            throw new CheckpointException("config.json is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private ModelConfig config() {
        ModelFamily family = ModelFamily.ofModelType(text("model_type"));
        refuseUnsupported();
        return new ModelConfig(
                family,
                dimensions(),
                number(root, "rms_norm_eps", 1e-6),
                rotary(),
                flag("tie_word_embeddings"),
                biases(family),
                tokens(),
                integer("max_position_embeddings", OptionalInt.of(2048)));
    }

    private BiasSettings biases(ModelFamily family) {
        return switch (family) {
            case LLAMA -> new BiasSettings(flag("attention_bias"), flag("attention_bias"), flag("mlp_bias"));
            case QWEN2 -> BiasSettings.QUERY_KEY_VALUE;
        };
    }

    private Dimensions dimensions() {
        int hidden = integer("hidden_size", OptionalInt.empty());
        int heads = integer("num_attention_heads", OptionalInt.empty());
        return new Dimensions(
                hidden,
                integer("intermediate_size", OptionalInt.empty()),
                integer("num_hidden_layers", OptionalInt.empty()),
                integer("vocab_size", OptionalInt.empty()),
                heads,
                integer("num_key_value_heads", OptionalInt.of(heads)),
                integer("head_dim", OptionalInt.of(heads > 0 ? hidden / heads : 0)));
    }

    private void refuseUnsupported() {
        if (present(root, "quantization_config")) {
            throw new CheckpointException(
                    "quantization_config: quantised weights are not supported; use an unquantised checkpoint");
        }
        requireValue("hidden_act", "silu");
        if (number(root, "attention_dropout", 0.0) != 0.0) {
            throw new CheckpointException("attention_dropout must be 0 but was " + root.get("attention_dropout"));
        }
        if (number(root, "pretraining_tp", 1.0) != 1.0) {
            throw new CheckpointException("pretraining_tp must be 1 but was " + root.get("pretraining_tp"));
        }
        if (flag("use_sliding_window")) {
            throw new CheckpointException("use_sliding_window true is not supported; every layer must attend fully");
        }
        for (JsonNode type : root.path("layer_types")) {
            if (!"full_attention".equals(type.asText())) {
                throw new CheckpointException(
                        "layer_types '" + type.asText() + "' is not supported; only full_attention");
            }
        }
    }

    private RotarySettings rotary() {
        JsonNode parameters =
                present(root, "rope_parameters") ? root.get("rope_parameters") : MissingNode.getInstance();
        JsonNode scaling = present(root, "rope_scaling") ? root.get("rope_scaling") : parameters;
        double theta = number(parameters, "rope_theta", number(root, "rope_theta", RotarySettings.DEFAULT_THETA));
        String kind = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        return switch (kind) {
            case "default" -> RotarySettings.of(theta);
            case "llama3" -> new RotarySettings(theta, Optional.of(llama3(scaling)));
            default ->
                throw new CheckpointException("rope type '" + kind + "' is not supported; known: default, llama3");
        };
    }

    private static RotarySettings.Llama3Scaling llama3(JsonNode scaling) {
        return new RotarySettings.Llama3Scaling(
                number(scaling, "factor", Double.NaN),
                number(scaling, "low_freq_factor", Double.NaN),
                number(scaling, "high_freq_factor", Double.NaN),
                number(scaling, "original_max_position_embeddings", Double.NaN));
    }

    private SpecialTokens tokens() {
        return new SpecialTokens(
                first(tokenIds("bos_token_id")), tokenIds("eos_token_id"), first(tokenIds("pad_token_id")));
    }

    private List<Integer> tokenIds(String name) {
        if (!present(root, name)) {
            return List.of();
        }
        JsonNode node = root.get(name);
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : node.isArray() ? node : List.of(node)) {
            if (!id.isInt()) {
                throw new CheckpointException(name + " must be an integer, a list of integers or null but was " + node);
            }
            ids.add(id.intValue());
        }
        return ids;
    }

    private static OptionalInt first(List<Integer> ids) {
        return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.get(0));
    }

    private void requireValue(String name, String expected) {
        if (present(root, name) && !expected.equals(root.get(name).asText())) {
            throw new CheckpointException(
                    name + " '" + root.get(name).asText() + "' is not supported; only '" + expected + "'");
        }
    }

    private String text(String name) {
        if (!present(root, name) || !root.get(name).isTextual()) {
            throw new CheckpointException("config.json has no " + name);
        }
        return root.get(name).textValue();
    }

    private boolean flag(String name) {
        if (!present(root, name)) {
            return false;
        }
        if (!root.get(name).isBoolean()) {
            throw new CheckpointException(name + " must be true or false but was " + root.get(name));
        }
        return root.get(name).booleanValue();
    }

    private int integer(String name, OptionalInt fallback) {
        if (!present(root, name)) {
            return fallback.orElseThrow(() -> new CheckpointException("config.json has no " + name));
        }
        if (!root.get(name).isInt()) {
            throw new CheckpointException(name + " must be an integer but was " + root.get(name));
        }
        return root.get(name).intValue();
    }

    private static double number(JsonNode node, String name, double fallback) {
        if (!present(node, name)) {
            return fallback;
        }
        if (!node.get(name).isNumber()) {
            throw new CheckpointException(name + " must be a number but was " + node.get(name));
        }
        return node.get(name).doubleValue();
    }

    private static boolean present(JsonNode node, String name) {
        return node.hasNonNull(name);
    }
}
