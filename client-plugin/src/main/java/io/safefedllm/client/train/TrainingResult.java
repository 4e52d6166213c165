package io.safefedllm.client.train;

import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.List;

/**
 * A finished training run.
 *
 * @param adapter the trained adapter
 * @param losses loss of every step, before the step
 * @param examples rows seen, a row that came twice counted twice
 * @param steps for every step the adapter after it minus the one that the run began with, float32, over the tensors that the plan
 *     names, in its order; empty if it names none
 */
public record TrainingResult(LoraAdapter adapter, List<Double> losses, long examples, List<LoraUpdate> steps) {
    /** Copies the lists. */
    public TrainingResult {
        losses = List.copyOf(losses);
        steps = List.copyOf(steps);
    }

    /** A run without a record of its steps. */
    public TrainingResult(LoraAdapter adapter, List<Double> losses, long examples) {
        this(adapter, losses, examples, List.of());
    }

    /** Mean of the losses of all steps. */
    public double meanLoss() {
        return losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
