package io.safefedllm.probe.feature;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Which tensors of an adapter a view looks at (SF-1.3, SF-7.3). */
public enum ViewSelector {
    /** LoRA B of the first layer; the feature of the paper. */
    FIRST_B("first_b"),
    /** LoRA B of all layers above the first. */
    REST_B("rest_b"),
    /** LoRA B of all layers. */
    ALL_B("all_b"),
    /** LoRA A of all layers. */
    ALL_A("all_a"),
    /** LoRA A and B of all layers. */
    ALL_LAYERS("all_layers");

    private final String key;

    ViewSelector(String key) {
        this.key = key;
    }

    /** Returns the name used in settings, files and journals, for example {@code first_b}. */
    public String key() {
        return key;
    }

    /**
     * Returns the selector with that key.
     *
     * @throws IllegalArgumentException if there is none; the message lists the known keys
     */
    public static ViewSelector named(String key) {
        for (ViewSelector selector : values()) {
            if (selector.key.equals(key)) {
                return selector;
            }
        }
        String known = Arrays.stream(values()).map(ViewSelector::key).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("unknown view selector '" + key + "'; choose one of " + known);
    }

    /** Returns whether a tensor of that name belongs to the view of an adapter whose first layer has that index. */
    public boolean selects(String name, int firstLayer) {
        boolean inFirstLayer = name.contains("layers." + firstLayer + ".");
        return switch (this) {
            case FIRST_B -> inFirstLayer && name.endsWith("lora_B.weight");
            case REST_B -> !inFirstLayer && name.endsWith("lora_B.weight");
            case ALL_B -> name.contains("lora_B.");
            case ALL_A -> name.contains("lora_A.");
            case ALL_LAYERS -> name.contains("lora_A.") || name.contains("lora_B.");
        };
    }

    /** Returns whether the view holds LoRA B tensors, so that a zero feature means that nothing was trained (SF-7.1). */
    public boolean holdsLoraB() {
        return this != ALL_A;
    }
}
