package io.safefedllm.lab.formula;

import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.HashSet;
import java.util.Set;

/**
 * Updates put together from the parts of two others (AT-11, AT-20, and the parts that vector attacks act on). Stateless and thread-safe.
 *
 * <p>Methods throw {@link IllegalArgumentException} if layouts differ or no tensor name has a layer index.
 */
public final class AdapterParts {
    private AdapterParts() {}

    /** The part of an adapter that an attack acts on. */
    public enum Part {
        /** Everything. */
        ALL,
        /** LoRA B of the first layer: what the paper's probe looks at. */
        FIRST_B,
        /** Everything but that. */
        REST
    }

    /** Returns {@code changed} in {@code part} and {@code own} elsewhere, in the order of {@code own}. */
    public static LoraUpdate inPart(Part part, LoraUpdate changed, LoraUpdate own) {
        LoraUpdate other = changed.arrangedAs(own.layout());
        if (part == Part.ALL) {
            return other;
        }
        return part == Part.FIRST_B ? firstFrom(other, own, 1) : firstFrom(own, other, 1);
    }

    /**
     * Returns the benign update in the first layer's LoRA B and {@code gamma} times the malicious one everywhere else (AT-11), in the order of
     * {@code benign}. Products are formed in binary64 and rounded once.
     */
    public static LoraUpdate twoFace(LoraUpdate benign, LoraUpdate malicious, double gamma) {
        return firstFrom(benign, malicious.arrangedAs(benign.layout()), gamma);
    }

    /** Returns the update with zeros in the first layer's LoRA B (AT-20). */
    public static LoraUpdate withoutFirst(LoraUpdate malicious) {
        LoraUpdate zeros =
                LoraUpdate.wrap(malicious.layout(), new float[malicious.layout().size()]);
        return firstFrom(zeros, malicious, 1);
    }

    private static LoraUpdate firstFrom(LoraUpdate first, LoraUpdate others, double gamma) {
        AdapterLayout layout = first.layout();
        Set<String> names =
                new HashSet<>(FeatureKeys.of(ViewSelector.FIRST_B, layout).names());
        float[] values = new float[layout.size()];
        for (TensorSpec tensor : layout.tensors()) {
            int from = layout.offset(tensor.name());
            boolean inFirst = names.contains(tensor.name());
            for (int i = from; i < from + tensor.size(); i++) {
                values[i] = inFirst ? first.at(i) : (float) (gamma * others.at(i));
            }
        }
        return LoraUpdate.wrap(layout, values);
    }
}
