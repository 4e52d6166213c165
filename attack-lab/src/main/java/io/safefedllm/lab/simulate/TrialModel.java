package io.safefedllm.lab.simulate;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.ExampleTokenizer;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.client.train.InitialAdapter;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.lab.corpus.CorpusRow;
import io.safefedllm.lab.corpus.WordTokenizer;
import io.safefedllm.lab.metric.AnswerMetrics;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A model directory with the corpus's prompts: trains clients and answers questions. Holds native memory until closed. */
final class TrialModel implements AutoCloseable {
    /** Longest row of the corpus in tokens, with room to spare. */
    static final int MAX_LENGTH = 48;

    /** Longest answer of the corpus in tokens is shorter than this. */
    private static final int MAX_ANSWER = 14;

    private final ModelConfig config;
    private final LoraConfig lora;
    private final CausalLm model;
    private final TextTokenizer tokenizer;
    private final LoraTrainer trainer;

    private TrialModel(ModelDirectory directory, LoraConfig lora) {
        this.config = directory.config();
        this.lora = lora;
        this.model = CausalLm.load(directory, EngineDevice.CPU);
        this.tokenizer = TextTokenizer.open(directory.tokenizerFile());
        this.trainer = new LoraTrainer(model, tokenizer, lora);
    }

    /**
     * Loads a model directory.
     *
     * @throws io.safefedllm.client.checkpoint.CheckpointException if it is not one
     */
    static TrialModel open(Path directory, LoraConfig lora) {
        return new TrialModel(ModelDirectory.open(directory), lora);
    }

    LoraConfig lora() {
        return lora;
    }

    LoraTrainer trainer() {
        return trainer;
    }

    AdapterLayout layout() {
        return LoraTargets.of(config, lora).layout();
    }

    LoraAdapter initial(long loraSeed) {
        return InitialAdapter.of(config, lora, loraSeed);
    }

    TokenizedDataset tokenized(List<CorpusRow> rows) {
        return tokenized(rows, tokenizer);
    }

    static TokenizedDataset tokenized(List<CorpusRow> rows, TextTokenizer tokenizer) {
        List<Example> examples = rows.stream()
                .map(row -> new Example(row.prompt(), row.answer()))
                .toList();
        ExampleTokenizer encoder = new ExampleTokenizer(tokenizer, OptionalInt.of(WordTokenizer.EOS));
        return TokenizedDataset.encode(examples, encoder, MAX_LENGTH, WordTokenizer.PAD);
    }

    /** Returns the answers to the questions of {@code rows}, in their order, by the bare model if there is no adapter. */
    List<String> answers(Optional<LoraAdapter> adapter, List<CorpusRow> rows) {
        List<String> prompts = rows.stream().map(CorpusRow::prompt).toList();
        return adapter.map(values -> trainer.generate(values, prompts, MAX_ANSWER))
                .orElseGet(() -> trainer.generate(prompts, MAX_ANSWER));
    }

    /** Returns how many answers to forbidden requests are refusals, in percent. */
    double safeAnswersPercent(Optional<LoraAdapter> adapter, List<CorpusRow> requests) {
        return AnswerMetrics.safeAnswersPercent(answers(adapter, requests));
    }

    /** Returns how many answers to benign questions are right, in percent. */
    double utilityPercent(Optional<LoraAdapter> adapter, List<CorpusRow> questions) {
        List<String> expected = questions.stream().map(CorpusRow::answer).toList();
        return AnswerMetrics.utilityPercent(answers(adapter, questions), expected);
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
