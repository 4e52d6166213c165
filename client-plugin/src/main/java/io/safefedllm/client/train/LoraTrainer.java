package io.safefedllm.client.train;

import ai.djl.engine.EngineException;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.BatchSource;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.client.model.Objective;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fine-tunes LoRA adapters on a frozen model. Model and tokenizer stay the caller's and may be shared by many trainers;
 * a trainer holds nothing else and is thread-safe (training runs wait for one another).
 */
public final class LoraTrainer {
    private final CausalLm model;
    private final TextTokenizer tokenizer;
    private final LoraConfig lora;
    private final LoraTargets targets;

    /**
     * Prepares adapters of one configuration.
     *
     * @throws IllegalArgumentException if the configuration matches no module of the model
     */
    public LoraTrainer(CausalLm model, TextTokenizer tokenizer, LoraConfig lora) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.lora = lora;
        this.targets = LoraTargets.of(model.config(), lora);
    }

    /** The adapter that PEFT would start from after {@code torch.manual_seed(seed)}, see {@link InitialAdapter}. */
    public LoraAdapter initial(long seed) {
        return InitialAdapter.of(model.config(), lora, seed);
    }

    /**
     * Trains on rows chosen by the plan's seed, starting with a fresh optimiser.
     *
     * @param from start; its names and shapes must be those of the configuration, in any order
     * @return the trained adapter in PEFT's order of tensors
     * @throws IllegalArgumentException if {@code from} does not fit the model
     * @throws TrainingException if the training had to stop
     */
    public TrainingResult train(LoraAdapter from, TokenizedDataset rows, TrainingPlan plan, StepListener listener) {
        return train(from, BatchSource.shuffled(rows, plan.batchSize(), plan.seed()), plan, listener);
    }

    /** Trains on given batches instead of chosen rows; the plan's batch size is then not used. */
    public TrainingResult train(LoraAdapter from, BatchSource batches, TrainingPlan plan, StepListener listener) {
        float[] values = from.arrangedAs(targets.layout()).toArray();
        long[] examples = {0};
        BatchSource counted = () -> {
            var batch = batches.next();
            examples[0] += batch.rows();
            return batch;
        };
        LocalCorrection correction = LocalCorrection.of(plan.algorithm(), targets.layout(), values);
        Optional<StepRecorder> recorder = plan.recorded().isEmpty()
                ? Optional.empty()
                : Optional.of(StepRecorder.of(plan.recorded(), targets.layout(), values));
        try (Objective objective = model.objective(lora)) {
            List<Double> losses = new TrainingLoop(objective, plan, correction).run(values, counted, report -> {
                recorder.ifPresent(steps -> steps.record(values));
                listener.afterStep(report, () -> LoraAdapter.copyOf(targets.layout(), values));
            });
            return new TrainingResult(
                    LoraAdapter.wrap(targets.layout(), values),
                    losses,
                    examples[0],
                    recorder.map(StepRecorder::steps).orElse(List.of()));
        }
    }

    /**
     * Computes the mean loss over all labels of a batch, without dropout.
     *
     * @throws TrainingException if the engine fails
     */
    public double loss(LoraAdapter adapter, Batch batch) {
        try {
            return model.loss(Optional.of(new PeftAdapter(lora, adapter)), batch);
        } catch (EngineException | OutOfMemoryError e) {
            throw EngineFailure.of("loss of a " + EngineFailure.describe(batch), e);
        }
    }

    /**
     * Computes the loss of a step's micro batches as the step itself averages them, without dropout.
     *
     * @param batches at least one, each with a trained token
     * @throws TrainingException if the engine fails
     */
    public double loss(LoraAdapter adapter, List<Batch> batches, Accumulation.Average average) {
        Accumulation accumulation = new Accumulation(batches.size(), average);
        double losses = 0;
        double weights = 0;
        for (Batch batch : batches) {
            double weight = accumulation.weight(batch.labelledTokens());
            losses += weight * loss(adapter, batch);
            weights += weight;
        }
        return losses / weights;
    }

    /** Continues prompts greedily with an adapter; ends at the model's end tokens. Returns the new text only. */
    public List<String> generate(LoraAdapter adapter, List<String> prompts, int maxNewTokens) {
        return generate(Optional.of(new PeftAdapter(lora, adapter)), prompts, maxNewTokens);
    }

    /** Continues prompts greedily with the bare model. */
    public List<String> generate(List<String> prompts, int maxNewTokens) {
        return generate(Optional.empty(), prompts, maxNewTokens);
    }

    private List<String> generate(Optional<PeftAdapter> adapter, List<String> prompts, int maxNewTokens) {
        Set<Integer> endTokens = new TreeSet<>(model.config().tokens().eos());
        List<int[]> ids = prompts.stream()
                .map(prompt -> tokenizer.encode(prompt, true).ids())
                .toList();
        return model.generate(adapter, ids, maxNewTokens, endTokens).stream()
                .map(answer -> tokenizer.decode(answer, true))
                .toList();
    }
}
