package io.safefedllm.probe.lora;

import java.util.List;

/**
 * Name and shape of one tensor of an adapter.
 *
 * @param name PEFT's name of the tensor, printable ASCII without blanks, for example
 *     {@code base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight}
 * @param shape positive dimensions, row-major; LoRA A is {@code [r, in]}, LoRA B is {@code [out, r]}
 */
public record TensorSpec(String name, List<Integer> shape) {
    private static final int MAX_NAME_LENGTH = 512;

    /**
     * Checks name and shape.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 512 characters or not printable ASCII (SF-1.4),
     *     if a dimension is not positive, or if the tensor has more than 2^31 - 1 elements
     */
    public TensorSpec {
        shape = List.copyOf(shape);
        requireName(name);
        requireShape(name, shape);
    }

    /** Returns the number of elements, at least 1. */
    public int size() {
        int size = 1;
        for (int dimension : shape) {
            size *= dimension;
        }
        return size;
    }

    /** Returns whether this is a LoRA A matrix, {@code [r, in]}. */
    public boolean isLoraA() {
        return name.endsWith(".lora_A.weight");
    }

    /** Returns whether this is a LoRA B matrix, {@code [out, r]}. */
    public boolean isLoraB() {
        return name.endsWith(".lora_B.weight");
    }

    private static void requireName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "tensor name must have 1 to " + MAX_NAME_LENGTH + " characters but has " + name.length());
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("tensor name must be printable ASCII but character " + i + " is U+"
                        + "%04X".formatted((int) c));
            }
        }
    }

    private static void requireShape(String name, List<Integer> shape) {
        long size = 1;
        for (int dimension : shape) {
            if (dimension <= 0) {
                throw new IllegalArgumentException(
                        "tensor '" + name + "' must have positive dimensions but has shape " + shape);
            }
            size *= dimension;
            if (size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "tensor '" + name + "' must have at most 2147483647 elements but has shape " + shape);
            }
        }
    }
}
