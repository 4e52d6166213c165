package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.data.Batch;
import io.safefedllm.probe.lora.LoraConfig;

/** The loss of a frozen model as a function of a LoRA adapter's values. */
final class LoraObjective implements Objective {
    private final CausalLm model;
    private final LoraTargets targets;
    private final float dropout;
    private final FlatLeaf leaf;
    private final NDManager manager;
    private final NDArray scales;

    LoraObjective(CausalLm model, LoraConfig lora) {
        this(model, lora, () -> {});
    }

    /** As {@link FlatLeaf#FlatLeaf(int, Runnable)}. */
    LoraObjective(CausalLm model, LoraConfig lora, Runnable beforeBackward) {
        this.model = model;
        this.targets = LoraTargets.of(model.config(), lora);
        this.dropout = (float) lora.dropout();
        this.leaf = new FlatLeaf(size(), beforeBackward);
        this.manager = model.manager().newSubManager();
        this.scales = manager.create(AdapterWeights.scales(targets.layout(), (float) lora.scale()), new Shape(size()));
    }

    @Override
    public int size() {
        return targets.layout().size();
    }

    @Override
    public double lossAndGradient(float[] parameters, Batch batch, float[] gradient) {
        return leaf.differentiate(manager, parameters, gradient, (step, flat) -> {
            int layers = model.config().dimensions().layers();
            return model.loss(step, AdapterWeights.view(targets, layers, flat, scales), batch, dropout);
        });
    }

    @Override
    public void close() {
        manager.close();
    }
}
