package io.safefedllm.app.option;

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

/** A model and rows in memory, ready for training. Closing it frees the model. */
public final class LoadedTraining implements AutoCloseable {
    private final CausalLm model;
    private final TextTokenizer tokenizer;
    private final RowReader reader;
    private final Rows rows;
    private final RunShape shape;
    private final LoraAdapter first;

    /** Reads and tokenises a file of rows. */
    @FunctionalInterface
    private interface RowReader {
        List<TokenizedExample> read(Path data);
    }

    /**
     * The rows of {@code --data}.
     *
     * @param examples uncut
     * @param cut to the options' length
     */
    private record Rows(List<TokenizedExample> examples, TokenizedDataset cut) {}

    private LoadedTraining(
            CausalLm model, TextTokenizer tokenizer, RowReader reader, Rows rows, RunShape shape, LoraAdapter first) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.reader = reader;
        this.rows = rows;
        this.shape = shape;
        this.first = first;
    }

    /** Checks everything cheap first, then loads the weights. */
    static LoadedTraining open(TrainingOptions options, LocalDateTime now) {
        LoraConfig lora = options.lora();
        PromptTemplate prompt = options.prompt();
        EngineDevice device = options.device();
        ModelDirectory directory = ModelDirectory.open(options.model());
        LoraAdapter first = Checked.usage(() -> InitialAdapter.of(directory.config(), lora, options.seed()));
        TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile());
        try {
            RowReader reader = data -> ChatFile.holdsConversations(data)
                    ? conversations(data, options, tokenizer, ChatTemplate.read(directory.path(), now))
                    : instructions(
                            data,
                            prompt,
                            new ExampleTokenizer(
                                    tokenizer, directory.config().tokens().end()));
            List<TokenizedExample> examples = reader.read(options.data());
            TokenizedDataset rows = rows(examples, options.maxLength(), directory.config());
            RunShape shape = new RunShape(lora, options.maxLength());
            CausalLm model = CausalLm.load(directory, device);
            return new LoadedTraining(model, tokenizer, reader, new Rows(examples, rows), shape, first);
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
            Path data, TrainingOptions options, TextTokenizer tokenizer, ChatTemplate template) {
        ChatTokenizer encoder = new ChatTokenizer(tokenizer, template, options.trainedAnswers());
        return ChatFile.read(data).stream().map(encoder::encode).toList();
    }

    private static TokenizedDataset rows(List<TokenizedExample> examples, int maxLength, ModelConfig config) {
        return TokenizedDataset.of(examples, maxLength, config.tokens().padId());
    }

    /** Returns where the model computes. */
    public EngineDevice device() {
        return model.device();
    }

    /** Returns where and with what the model computes, and why there, for people. */
    public String describeEngine() {
        return model.describeEngine();
    }

    public LoraTrainer trainer() {
        return new LoraTrainer(model, tokenizer, shape.lora());
    }

    public TokenizedDataset rows() {
        return rows.cut();
    }

    /** Returns the rows of {@code --data}, uncut. */
    public List<TokenizedExample> examples() {
        return rows.examples();
    }

    /** Reads another file of rows as {@code --data} was read. */
    public List<TokenizedExample> read(Path data) {
        return reader.read(data);
    }

    /** Returns the adapter that PEFT would begin with, from the options' seed. */
    public LoraAdapter first() {
        return first;
    }

    /** Returns a node's client on the rows, shaped by each run. */
    public ClientApp client(ClientRecipe recipe) {
        return client(recipe, rows.examples());
    }

    /** Returns the same client on other rows. */
    public ClientApp client(ClientRecipe recipe, List<TokenizedExample> others) {
        return new RunShapedClientApp(shape, run -> client(run, recipe, others));
    }

    private LoraClientApp client(RunShape run, ClientRecipe recipe, List<TokenizedExample> examples) {
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
