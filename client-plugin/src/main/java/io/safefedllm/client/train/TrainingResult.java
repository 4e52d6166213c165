package io.safefedllm.client.train;

import io.safefedllm.probe.lora.LoraAdapter;
import java.util.List;

/**
 * A finished training run.
 *
 * @param adapter the trained adapter
 * @param losses loss of every step, before the step
 * @param examples rows seen, a row that came twice counted twice
 */
public record TrainingResult(LoraAdapter adapter, List<Double> losses, long examples) {
    /** Copies the list. */
    public TrainingResult {
        losses = List.copyOf(losses);
    }

    /** Mean of the losses of all steps. */
    public double meanLoss() {
        return losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
