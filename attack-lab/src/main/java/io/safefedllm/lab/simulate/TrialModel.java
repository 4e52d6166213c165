package io.safefedllm.lab.simulate;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.ExampleTokenizer;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.client.train.InitialAdapter;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.lab.metric.AnswerMetrics;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** One frozen model that all clients share: trains them, answers questions and weighs replies. Holds native memory until closed. */
final class TrialModel implements AutoCloseable {
    /** Longest answer of the corpus in tokens is shorter than this. */
    private static final int MAX_ANSWER = 14;

    private final ModelConfig config;
    private final LoraConfig lora;
    private final CausalLm model;
    private final TextTokenizer tokenizer;
    private final ExampleTokenizer encoder;
    private final LoraTrainer trainer;
    private final int maxLength;
    private final BooleanSupplier cancelled;

    private TrialModel(ModelDirectory directory, LoraConfig lora, int maxLength, BooleanSupplier cancelled) {
        this.cancelled = cancelled;
        this.config = directory.config();
        this.lora = lora;
        this.maxLength = maxLength;
        this.model = CausalLm.load(directory, EngineDevice.CPU);
        this.tokenizer = TextTokenizer.open(directory.tokenizerFile());
        this.encoder = new ExampleTokenizer(tokenizer, config.tokens().end());
        this.trainer = new LoraTrainer(model, tokenizer, lora);
    }

    /**
     * Loads a model directory.
     *
     * @throws io.safefedllm.client.checkpoint.CheckpointException if it is not one
     */
    static TrialModel open(Path directory, LocalTraining training) {
        return open(directory, training, () -> false);
    }

    /**
     * Loads a model directory.
     *
     * @param cancelled asked before every step and every measured reply, which take seconds with a large model
     */
    static TrialModel open(Path directory, LocalTraining training, BooleanSupplier cancelled) {
        return new TrialModel(ModelDirectory.open(directory), training.lora(), training.maxLength(), cancelled);
    }

    LoraConfig lora() {
        return lora;
    }

    /**
     * Trains a client.
     *
     * @throws CancellationException if the model was told to stop
     */
    TrainingResult train(LoraAdapter from, TokenizedDataset rows, TrainingPlan plan) {
        requireNotCancelled();
        return trainer.train(from, rows, plan, (step, adapter) -> requireNotCancelled());
    }

    private void requireNotCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("the simulation was stopped");
        }
    }

    AdapterLayout layout() {
        return LoraTargets.of(config, lora).layout();
    }

    LoraAdapter initial(long loraSeed) {
        return InitialAdapter.of(config, lora, loraSeed);
    }

    TokenizedDataset tokenized(List<Example> rows) {
        return TokenizedDataset.encode(rows, encoder, maxLength, config.tokens().padId());
    }

    /** Returns a row as it is trained, cut; empty if nothing of its completion is left. */
    Optional<TokenizedExample> tokenized(Example row) {
        return Optional.of(encoder.encode(row).truncated(maxLength)).filter(TokenizedExample::isTrainable);
    }

    /**
     * Returns the mean loss over the trained tokens of {@code row}, by the bare model if there is no adapter: the lower, the likelier the
     * model finds each token of the completion.
     *
     * @throws CancellationException if the model was told to stop
     */
    double loss(Optional<LoraAdapter> adapter, TokenizedExample row) {
        requireNotCancelled();
        Batch alone = Batch.rightPadded(List.of(row), config.tokens().padId());
        return model.loss(adapter.map(values -> new PeftAdapter(lora, values)), alone);
    }

    /** Returns the answers to the questions of {@code rows}, in their order, by the bare model if there is no adapter. */
    List<String> answers(Optional<LoraAdapter> adapter, List<Example> rows) {
        List<String> prompts = rows.stream().map(Example::prompt).toList();
        return adapter.map(values -> trainer.generate(values, prompts, MAX_ANSWER))
                .orElseGet(() -> trainer.generate(prompts, MAX_ANSWER));
    }

    /** Returns how many answers to forbidden requests are refusals, in percent. */
    double safeAnswersPercent(Optional<LoraAdapter> adapter, List<Example> requests) {
        return AnswerMetrics.safeAnswersPercent(answers(adapter, requests));
    }

    /** Returns how many answers to benign questions are right, in percent. */
    double utilityPercent(Optional<LoraAdapter> adapter, List<Example> questions) {
        List<String> expected = questions.stream().map(Example::completion).toList();
        return AnswerMetrics.utilityPercent(answers(adapter, questions), expected);
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
