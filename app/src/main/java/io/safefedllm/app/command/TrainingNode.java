package io.safefedllm.app.command;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.AlpacaFile;
import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.ExampleTokenizer;
import io.safefedllm.client.data.PromptTemplate;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.LocalTrainer;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.train.InitialAdapter;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraConfig;
import java.util.List;
import java.util.OptionalInt;

/** A model and rows in memory, and the app that trains the one on the other. Closing it frees the model. */
final class TrainingNode implements AutoCloseable {
    private final CausalLm model;
    private final TextTokenizer tokenizer;
    private final ClientApp app;
    private final String description;

    private TrainingNode(CausalLm model, TextTokenizer tokenizer, ClientApp app, String description) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.app = app;
        this.description = description;
    }

    /** Checks everything cheap first, then loads the weights. */
    static TrainingNode open(TrainingOptions options) {
        LoraConfig lora = options.lora();
        ClientRecipe recipe = options.recipe();
        PromptTemplate prompt = options.prompt();
        ModelDirectory directory = ModelDirectory.open(options.model());
        List<Example> examples =
                AlpacaFile.read(options.data()).stream().map(prompt::render).toList();
        AdapterLayout layout = InitialAdapter.of(directory.config(), lora, 0).layout();
        TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile());
        try {
            TokenizedDataset rows = rows(directory.config(), tokenizer, examples, options.maxLength());
            CausalLm model = CausalLm.load(directory, EngineDevice.CPU);
            LocalTrainer trainer = LocalTrainer.of(new LoraTrainer(model, tokenizer, lora), rows);
            LoraClientApp app = new LoraClientApp(trainer, layout, rows.size(), recipe, ReplyNames.DEFAULTS);
            String description = rows.size() + " rows of " + options.data() + " and " + options.model();
            return new TrainingNode(model, tokenizer, app, description);
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

    ClientApp app() {
        return app;
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }

    @Override
    public String toString() {
        return description;
    }
}
