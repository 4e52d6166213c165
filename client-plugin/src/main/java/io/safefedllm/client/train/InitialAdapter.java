package io.safefedllm.client.train;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;

/** The first adapter of a federation. Needs a model's shapes, not its weights, and no engine. */
public final class InitialAdapter {
    private InitialAdapter() {}

    /**
     * Draws the adapter that PEFT makes after {@code torch.manual_seed(seed)} on the CPU, bit for bit: A uniform within
     * +-1/sqrt(in), B zero. Only the low 32 bits of the seed count.
     *
     * <p>For each module in order PEFT draws A, then B within +-1/sqrt(r), then A once more; the last A is kept and B is
     * set to zero (LORA-TRAINER 3).
     */
    public static LoraAdapter of(ModelConfig model, LoraConfig lora, long seed) {
        AdapterLayout layout = LoraTargets.of(model, lora).layout();
        float[] values = new float[layout.size()];
        TorchRandom dice = new TorchRandom(seed);
        for (TensorSpec tensor : layout.tensors()) {
            int from = layout.offset(tensor.name());
            if (tensor.isLoraA()) {
                fill(dice, values, from, tensor.size(), tensor.shape().get(1));
            } else {
                TensorSpec a = layout.tensors().get(layout.tensors().indexOf(tensor) - 1);
                fill(dice, new float[tensor.size()], 0, tensor.size(), lora.r());
                fill(dice, values, layout.offset(a.name()), a.size(), a.shape().get(1));
            }
        }
        return LoraAdapter.wrap(layout, values);
    }

    /** Kaiming-uniform with a = sqrt(5) on a matrix with {@code fanIn} columns. */
    private static void fill(TorchRandom dice, float[] target, int from, int count, int fanIn) {
        double gain = Math.sqrt(2.0 / (1 + 5));
        double bound = Math.sqrt(3.0) * (gain / Math.sqrt(fanIn));
        for (int i = 0; i < count; i++) {
            target[from + i] = dice.uniform(bound);
        }
    }
}
