package io.safefedllm.app.command;

import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.AlpacaFile;
import io.safefedllm.client.data.ChatFile;
import io.safefedllm.client.data.ChatTokenizer;
import io.safefedllm.client.data.ExampleTokenizer;
import io.safefedllm.client.data.PromptTemplate;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.LocalTrainer;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.client.exchange.RunShape;
import io.safefedllm.client.exchange.RunShapedClientApp;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.client.template.ChatTemplate;
import io.safefedllm.client.train.InitialAdapter;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.OptionalInt;

/** A model and rows in memory, ready for training. Closing it frees the model. */
final class LoadedTraining implements AutoCloseable {
    private final CausalLm model;
    private final TextTokenizer tokenizer;
    private final List<TokenizedExample> examples;
    private final RunShape shape;
    private final TokenizedDataset rows;
    private final LoraAdapter first;

    private LoadedTraining(
            CausalLm model,
            TextTokenizer tokenizer,
            List<TokenizedExample> examples,
            RunShape shape,
            TokenizedDataset rows,
            LoraAdapter first) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.examples = examples;
        this.shape = shape;
        this.rows = rows;
        this.first = first;
    }

    /** Checks everything cheap first, then loads the weights. */
    static LoadedTraining open(TrainingOptions options, LocalDateTime now) {
        LoraConfig lora = options.lora();
        PromptTemplate prompt = options.prompt();
        ModelDirectory directory = ModelDirectory.open(options.model());
        LoraAdapter first = Checked.usage(() -> InitialAdapter.of(directory.config(), lora, options.seed()));
        TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile());
        try {
            List<TokenizedExample> examples = ChatFile.holdsConversations(options.data())
                    ? conversations(options, tokenizer, ChatTemplate.read(directory.path(), now))
                    : instructions(options.data(), prompt, new ExampleTokenizer(tokenizer, end(directory.config())));
            TokenizedDataset rows = rows(examples, options.maxLength(), directory.config());
            CausalLm model = CausalLm.load(directory, EngineDevice.CPU);
            RunShape shape = new RunShape(lora, options.maxLength());
            return new LoadedTraining(model, tokenizer, examples, shape, rows, first);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    private static List<TokenizedExample> instructions(Path data, PromptTemplate prompt, ExampleTokenizer encoder) {
        return AlpacaFile.read(data).stream()
                .map(record -> encoder.encode(prompt.render(record)))
                .toList();
    }

    private static List<TokenizedExample> conversations(
            TrainingOptions options, TextTokenizer tokenizer, ChatTemplate template) {
        ChatTokenizer encoder = new ChatTokenizer(tokenizer, template, options.trainedAnswers());
        return ChatFile.read(options.data()).stream().map(encoder::encode).toList();
    }

    private static OptionalInt end(ModelConfig config) {
        List<Integer> ends = config.tokens().eos();
        return ends.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ends.get(0));
    }

    private static TokenizedDataset rows(List<TokenizedExample> examples, int maxLength, ModelConfig config) {
        return TokenizedDataset.of(examples, maxLength, config.tokens().padId());
    }

    LoraTrainer trainer() {
        return new LoraTrainer(model, tokenizer, shape.lora());
    }

    TokenizedDataset rows() {
        return rows;
    }

    /** Returns the adapter that PEFT would begin with, from the options' seed. */
    LoraAdapter first() {
        return first;
    }

    /** Returns a node's client on the rows, shaped by each run. */
    ClientApp client(ClientRecipe recipe) {
        return new RunShapedClientApp(shape, run -> client(run, recipe));
    }

    private LoraClientApp client(RunShape run, ClientRecipe recipe) {
        TokenizedDataset cut = rows(examples, run.maxLength(), model.config());
        LoraTrainer trainer = new LoraTrainer(model, tokenizer, run.lora());
        return new LoraClientApp(
                LocalTrainer.of(trainer, cut),
                LoraTargets.of(model.config(), run.lora()).layout(),
                cut.size(),
                recipe,
                ReplyNames.DEFAULTS);
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
