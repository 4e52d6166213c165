package io.safefedllm.app.command;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.AlpacaFile;
import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.ExampleTokenizer;
import io.safefedllm.client.data.PromptTemplate;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.train.InitialAdapter;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import java.util.List;
import java.util.OptionalInt;

/** A model and rows in memory, ready for training. Closing it frees the model. */
final class LoadedTraining implements AutoCloseable {
    private final CausalLm model;
    private final TextTokenizer tokenizer;
    private final LoraTrainer trainer;
    private final TokenizedDataset rows;
    private final LoraAdapter first;

    private LoadedTraining(
            CausalLm model, TextTokenizer tokenizer, LoraConfig lora, TokenizedDataset rows, LoraAdapter first) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.trainer = new LoraTrainer(model, tokenizer, lora);
        this.rows = rows;
        this.first = first;
    }

    /** Checks everything cheap first, then loads the weights. */
    static LoadedTraining open(TrainingOptions options) {
        LoraConfig lora = options.lora();
        PromptTemplate prompt = options.prompt();
        ModelDirectory directory = ModelDirectory.open(options.model());
        List<Example> examples =
                AlpacaFile.read(options.data()).stream().map(prompt::render).toList();
        LoraAdapter first = Checked.usage(() -> InitialAdapter.of(directory.config(), lora, options.seed()));
        TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile());
        try {
            TokenizedDataset rows = rows(directory.config(), tokenizer, examples, options.maxLength());
            CausalLm model = CausalLm.load(directory, EngineDevice.CPU);
            return new LoadedTraining(model, tokenizer, lora, rows, first);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    private static TokenizedDataset rows(
            ModelConfig config, TextTokenizer tokenizer, List<Example> examples, int maxLength) {
        List<Integer> ends = config.tokens().eos();
        OptionalInt end = ends.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ends.get(0));
        return TokenizedDataset.encode(
                examples,
                new ExampleTokenizer(tokenizer, end),
                maxLength,
                config.tokens().padId());
    }

    LoraTrainer trainer() {
        return trainer;
    }

    TokenizedDataset rows() {
        return rows;
    }

    /** Returns the adapter that PEFT would begin with, from the options' seed. */
    LoraAdapter first() {
        return first;
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
