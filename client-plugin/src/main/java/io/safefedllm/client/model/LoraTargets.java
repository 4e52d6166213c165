package io.safefedllm.client.model;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.Projection;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which projections of a model a LoRA configuration adapts, in PEFT's order: layer by layer, inside a layer q, k, v, o,
 * gate, up, down, and A before B. Needs no weights and no engine.
 */
public final class LoraTargets {
    private static final Logger LOG = LoggerFactory.getLogger(LoraTargets.class);

    private final List<Target> targets;
    private final AdapterLayout layout;

    private LoraTargets(List<Target> targets, AdapterLayout layout) {
        this.targets = targets;
        this.layout = layout;
    }

    /**
     * One adapted projection.
     *
     * @param layer decoder layer from 0
     * @param projection which of the seven
     */
    public record Target(int layer, Projection projection) {
        /** PEFT's name of A, [r, in]. */
        public String nameOfA() {
            return "base_model.model." + projection.moduleName(layer) + ".lora_A.weight";
        }

        /** PEFT's name of B, [out, r]. */
        public String nameOfB() {
            return "base_model.model." + projection.moduleName(layer) + ".lora_B.weight";
        }
    }

    /**
     * Finds the adapted projections. A module is chosen when its name equals an entry of {@code target_modules} or ends
     * with "." and the entry. An entry that matches nothing is logged.
     *
     * @throws IllegalArgumentException if no entry matches anything
     */
    public static LoraTargets of(ModelConfig model, LoraConfig lora) {
        List<Target> targets = new ArrayList<>();
        for (int layer = 0; layer < model.dimensions().layers(); layer++) {
            for (Projection projection : Projection.values()) {
                if (lora.targets(projection.moduleName(layer))) {
                    targets.add(new Target(layer, projection));
                }
            }
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException(
                    "target modules " + lora.targetModules()
                            + " match nothing; use q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj or all-linear");
        }
        warnOfUnmatched(lora, targets);
        return new LoraTargets(List.copyOf(targets), layout(model, lora, targets));
    }

    private static void warnOfUnmatched(LoraConfig lora, List<Target> targets) {
        for (String entry : lora.targetModules()) {
            boolean matched = targets.stream()
                    .map(t -> t.projection().moduleName(t.layer()))
                    .anyMatch(name -> name.equals(entry) || name.endsWith("." + entry));
            if (!matched) {
                LOG.warn("target module '{}' matches no layer of the model", entry);
            }
        }
    }

    private static AdapterLayout layout(ModelConfig model, LoraConfig lora, List<Target> targets) {
        List<TensorSpec> tensors = new ArrayList<>();
        for (Target target : targets) {
            int in = target.projection().inputWidth(model.dimensions());
            int out = target.projection().outputWidth(model.dimensions());
            tensors.add(new TensorSpec(target.nameOfA(), List.of(lora.r(), in)));
            tensors.add(new TensorSpec(target.nameOfB(), List.of(out, lora.r())));
        }
        return AdapterLayout.of(tensors);
    }

    /** The adapted projections in PEFT's order. */
    public List<Target> targets() {
        return targets;
    }

    /** Names and shapes of the adapter's tensors in PEFT's order. */
    public AdapterLayout layout() {
        return layout;
    }
}
