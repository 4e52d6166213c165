package io.safefedllm.client.train;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.data.BatchSource;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.model.FullObjective;
import io.safefedllm.probe.store.NamedTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Pre-trains a model from nothing: every parameter is trained. Meant for models small enough to fit into one array. */
public final class FullTrainer {
    /** Standard deviation of matrices at the start, the families' {@code initializer_range}. */
    private static final double SPREAD = 0.02;

    private final ModelConfig config;
    private final EngineDevice device;

    /** Trains models of one shape on one device. */
    public FullTrainer(ModelConfig config, EngineDevice device) {
        this.config = config;
        this.device = device;
    }

    /**
     * Starts from normal matrices, unit norms and zero biases drawn from the plan's seed, and trains on rows chosen by the
     * same seed.
     *
     * @param listener called after every step
     * @throws TrainingException if the training had to stop
     */
    public PretrainedModel train(TokenizedDataset rows, TrainingPlan plan, Consumer<StepReport> listener) {
        try (FullObjective objective = new FullObjective(config, device)) {
            float[] parameters = initial(objective, plan.seed());
            BatchSource batches = BatchSource.shuffled(rows, plan.batchSize(), plan.seed());
            List<Double> losses =
                    new TrainingLoop(objective, plan, LocalCorrection.NONE).run(parameters, batches, listener);
            return new PretrainedModel(config, objective.tensors(parameters), losses);
        }
    }

    private static float[] initial(FullObjective objective, long seed) {
        float[] parameters = new float[objective.size()];
        Random dice = new Random(seed);
        int from = 0;
        for (NamedTensor tensor : objective.tensors(parameters)) {
            int size = tensor.values().remaining();
            if (tensor.name().endsWith("norm.weight")) {
                Arrays.fill(parameters, from, from + size, 1f);
            } else if (!tensor.name().endsWith(".bias")) {
                for (int i = from; i < from + size; i++) {
                    parameters[i] = (float) (SPREAD * dice.nextGaussian());
                }
            }
            from += size;
        }
        return parameters;
    }
}
