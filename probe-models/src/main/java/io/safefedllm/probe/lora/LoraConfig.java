package io.safefedllm.probe.lora;

import java.util.List;

/**
 * How an adapter is attached to its base model; what PEFT's {@code adapter_config.json} holds of it.
 *
 * @param r rank, at least 1
 * @param alpha numerator of the scale {@code alpha / r}, finite and positive
 * @param dropout probability with which an element of the input of A is dropped while training, in [0, 1)
 * @param targetModules suffixes of the names of the adapted modules, for example {@code q_proj}; not empty. {@code all-linear} alone
 *     stands for the seven projections, as PEFT has it, and is replaced by their names
 * @param baseModel name or path of the base model as the writer gave it; may be empty
 */
public record LoraConfig(int r, double alpha, double dropout, List<String> targetModules, String baseModel) {
    private static final List<String> ALL_LINEAR = List.of("all-linear");
    private static final List<String> PROJECTIONS =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public LoraConfig {
        targetModules = targetModules.equals(ALL_LINEAR) ? PROJECTIONS : List.copyOf(targetModules);
        if (r < 1) {
            throw new IllegalArgumentException("LoRA rank r must be at least 1 but was " + r);
        }
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("LoRA alpha must be positive and finite but was " + alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("LoRA dropout must be in [0, 1) but was " + dropout);
        }
        if (targetModules.isEmpty() || targetModules.contains("")) {
            throw new IllegalArgumentException("target modules must be named but were " + targetModules);
        }
    }

    /** Returns the factor {@code alpha / r} on the product B A. */
    public double scale() {
        return alpha / r;
    }

    /** Returns whether a module of that dotted path is adapted: it equals an entry or ends with "." + entry. */
    public boolean targets(String modulePath) {
        return targetModules.stream().anyMatch(entry -> modulePath.equals(entry) || modulePath.endsWith("." + entry));
    }
}
