package io.safefedllm.client.checkpoint;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The architectures that the trainer computes; families that merely look similar are refused by name. */
public enum ModelFamily {
    /** Llama 1 to 3.2 and what shares its blocks exactly. */
    LLAMA("llama", "LlamaForCausalLM"),
    /** Qwen2 and Qwen2.5, dense: biases on q, k and v and nowhere else. */
    QWEN2("qwen2", "Qwen2ForCausalLM");

    private final String modelType;
    private final String architecture;

    ModelFamily(String modelType, String architecture) {
        this.modelType = modelType;
        this.architecture = architecture;
    }

    /** The {@code model_type} of config.json. */
    public String modelType() {
        return modelType;
    }

    /** The class name under {@code architectures} of config.json. */
    public String architecture() {
        return architecture;
    }

    static ModelFamily ofModelType(String modelType) {
        return Arrays.stream(values())
                .filter(family -> family.modelType.equals(modelType))
                .findFirst()
                .orElseThrow(() -> new CheckpointException("model_type '" + modelType + "' is not supported; known: "
                        + Arrays.stream(values()).map(ModelFamily::modelType).collect(Collectors.joining(", "))));
    }
}
