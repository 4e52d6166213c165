package io.safefedllm.probe.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.probe.lora.LoraConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads and writes PEFT's {@code adapter_config.json}. */
final class PeftConfigJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Options that change what the tensors mean, or which tensors there are, unless they are null, false or empty. */
    private static final List<String> VARIANTS = List.of(
            "alora_invocation_tokens",
            "alpha_pattern",
            "arrow_config",
            "corda_config",
            "eva_config",
            "exclude_modules",
            "fan_in_fan_out",
            "kasa_config",
            "layer_replication",
            "layers_pattern",
            "layers_to_transform",
            "loftq_config",
            "lora_bias",
            "lora_ga_config",
            "megatron_config",
            "modules_to_save",
            "monteclora_config",
            "rank_pattern",
            "target_parameters",
            "trainable_token_indices",
            "use_bdlora",
            "use_dora",
            "use_qalora",
            "use_rslora",
            "velora_config");

    private PeftConfigJson() {}

    private static boolean isOff(JsonNode node) {
        return node.isNull() || (node.isBoolean() && !node.asBoolean()) || (node.isContainerNode() && node.isEmpty());
    }

    static LoraConfig read(String file, byte[] json) throws IOException {
        JsonNode root = parse(file, json);
        requireText(file, root, "peft_type", "LORA");
        refuseUnsupported(file, root);
        try {
            return new LoraConfig(
                    integer(file, root, "r"),
                    number(file, root, "lora_alpha"),
                    root.path("lora_dropout").asDouble(0),
                    targetModules(file, root.path("target_modules")),
                    root.path("base_model_name_or_path").asText(""));
        } catch (IllegalArgumentException e) {
            throw new StoreException(file + ": " + e.getMessage(), e);
        }
    }

    /** Writes the smallest configuration that PEFT loads without a warning. */
    static byte[] write(LoraConfig config) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("base_model_name_or_path", config.baseModel());
        root.put("bias", "none");
        root.put("fan_in_fan_out", false);
        root.put("inference_mode", true);
        root.put("init_lora_weights", true);
        putNumber(root, "lora_alpha", config.alpha());
        root.put("lora_dropout", config.dropout());
        root.put("peft_type", "LORA");
        root.put("r", config.r());
        ArrayNode targets = root.putArray("target_modules");
        config.targetModules().forEach(targets::add);
        root.put("task_type", "CAUSAL_LM");
        root.put("use_dora", false);
        root.put("use_rslora", false);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    private static JsonNode parse(String file, byte[] json) throws IOException {
        try {
            JsonNode root = JSON.readTree(json);
            if (root == null || !root.isObject()) {
                throw new StoreException(file + ": expected one JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new StoreException(file + ": not valid JSON: " + SafetensorsHeader.quote(e.getOriginalMessage()), e);
        }
    }

    private static void refuseUnsupported(String file, JsonNode root) throws StoreException {
        for (String option : VARIANTS) {
            require(file, root, option, PeftConfigJson::isOff);
        }
        require(file, root, "bias", node -> node.isNull() || node.asText().equals("none"));
        require(file, root, "init_lora_weights", node -> node.isNull() || node.isBoolean());
    }

    private static void require(String file, JsonNode root, String option, Predicate<JsonNode> harmless)
            throws StoreException {
        JsonNode value = root.get(option);
        if (value != null && !harmless.test(value)) {
            throw new StoreException(file + ": PEFT option '" + option + "' is not supported but is "
                    + SafetensorsHeader.quote(value.toString()) + "; export the adapter without it");
        }
    }

    private static List<String> targetModules(String file, JsonNode node) throws StoreException {
        if (node.isTextual() && node.asText().equals("all-linear")) {
            return List.of(node.asText());
        }
        List<String> names = new ArrayList<>();
        for (JsonNode entry : node) {
            names.add(entry.asText());
        }
        if (!node.isArray() || names.isEmpty()) {
            throw new StoreException(file + ": target_modules must be a list of module names but is "
                    + SafetensorsHeader.quote(node.toString()));
        }
        return names;
    }

    private static void requireText(String file, JsonNode root, String key, String wanted) throws StoreException {
        if (!root.path(key).asText().equals(wanted)) {
            throw new StoreException(file + ": " + key + " must be " + wanted + " but is "
                    + SafetensorsHeader.quote(root.path(key).toString()));
        }
    }

    private static int integer(String file, JsonNode root, String key) throws StoreException {
        JsonNode node = root.path(key);
        if (!node.canConvertToInt() || !node.isIntegralNumber()) {
            throw new StoreException(
                    file + ": " + key + " must be an integer but is " + SafetensorsHeader.quote(node.toString()));
        }
        return node.intValue();
    }

    private static double number(String file, JsonNode root, String key) throws StoreException {
        JsonNode node = root.path(key);
        if (!node.isNumber()) {
            throw new StoreException(
                    file + ": " + key + " must be a number but is " + SafetensorsHeader.quote(node.toString()));
        }
        return node.doubleValue();
    }

    private static void putNumber(ObjectNode root, String key, double value) {
        if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
            root.put(key, (int) value);
        } else {
            root.put(key, value);
        }
    }
}
