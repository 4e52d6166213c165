package io.safefedllm.it;

import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.AlpacaFile;
import io.safefedllm.client.data.Example;
import io.safefedllm.client.data.ExampleTokenizer;
import io.safefedllm.client.data.PromptTemplate;
import io.safefedllm.client.data.RowSeeds;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.LocalTrainer;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.client.train.StepListener;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusFiles;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The bundled model with its first adapter and probe, and a trainer in this JVM that does what a node does: equal rows,
 * seeds and recipe give equal adapters, bit for bit.
 */
final class TinyLlama implements AutoCloseable {

    static final Path MODEL = Path.of(System.getProperty("safefedllm.root"), "examples", "tiny-llama");
    static final Path INITIAL_ADAPTER = MODEL.resolve("initial-adapter");
    static final Path PROBE = MODEL.resolve("probe.sflp");

    /** Seed of the runs: it decides which rows a node trains on. */
    static final long SEED = 1;

    static final int STEPS = 5;
    static final int BATCH_SIZE = 16;
    private static final double LEARNING_RATE = 3e-3;
    private static final int MAX_LENGTH = 512;
    private static final String PROMPT = "instruction: {instruction}\nresponse: ";
    private static final LoraConfig LORA = new LoraConfig(8, 16, 0.0, List.of("q_proj", "v_proj"), MODEL.toString());

    /** What a reply counts for: all rows that were trained on. */
    static final int EXAMPLES = STEPS * BATCH_SIZE;

    private final ModelDirectory directory = ModelDirectory.open(MODEL);
    private final TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile());
    private final CausalLm model = CausalLm.load(directory, EngineDevice.CPU);
    private final LoraTrainer trainer = new LoraTrainer(model, tokenizer, LORA);
    private final Map<Path, TokenizedDataset> rows = new HashMap<>();

    /** Writes the corpus; the rows of the clients' pool are what {@link #benign} and {@link #harmful} name. */
    static void writeCorpus(Path directory) {
        CorpusFiles.write(Corpus.of(Corpus.BUNDLED_SEED), directory);
    }

    static Path benign(Path corpus) {
        return corpus.resolve("clients-benign.json");
    }

    static Path harmful(Path corpus) {
        return corpus.resolve("clients-complied.json");
    }

    /** Options of {@code serve} for one run with the bundled probe and first adapter, and the given ones. */
    static String[] serveOptions(String... more) {
        Stream<String> own =
                Stream.of("--once", "--probe", PROBE.toString(), "--initial-adapter", INITIAL_ADAPTER.toString());
        return Stream.concat(own, Stream.of(more)).toArray(String[]::new);
    }

    /** Options of {@code node} for this recipe. */
    static String[] nodeOptions(Path data, int partition) {
        return nodeOptions(data, partition, BATCH_SIZE);
    }

    /** The same with another number of rows a step, and so of examples that a reply counts for. */
    static String[] nodeOptions(Path data, int partition, int batchSize) {
        return new String[] {
            "--model", MODEL.toString(),
            "--data", data.toString(),
            "--partition-id", Integer.toString(partition),
            "--prompt", PROMPT.replace("\n", "\\n"),
            "--steps", Integer.toString(STEPS),
            "--batch-size", Integer.toString(batchSize),
            "--learning-rate", Double.toString(LEARNING_RATE),
            "--lora-r", Integer.toString(LORA.r()),
            "--lora-alpha", Double.toString(LORA.alpha()),
            "--lora-dropout", "0",
            "--seed", Long.toString(SEED)
        };
    }

    /** What the node of a partition makes of an adapter in a round. */
    LoraAdapter train(Path data, int partition, int round, LoraAdapter from) {
        return train(data, partition, round, from, BATCH_SIZE);
    }

    /** The same with another number of rows a step. */
    LoraAdapter train(Path data, int partition, int round, LoraAdapter from, int batchSize) {
        TokenizedDataset dataset = rows.computeIfAbsent(data, this::read);
        long seed = RowSeeds.derive(SEED, round, Integer.toString(partition));
        TrainingPlan plan = TrainingPlan.of(STEPS, batchSize, LEARNING_RATE, seed);
        return trainer.train(from, dataset, plan, StepListener.NONE).adapter().arrangedAs(from.layout());
    }

    /** A node's client on some rows, in this JVM; it does what {@link #nodeOptions} say unless the run decides otherwise. */
    ClientApp client(Path data) {
        TokenizedDataset dataset = rows.computeIfAbsent(data, this::read);
        return new LoraClientApp(
                LocalTrainer.of(trainer, dataset),
                LoraTargets.of(directory.config(), LORA).layout(),
                dataset.size(),
                ClientRecipe.DEFAULTS.withConstantRate(LEARNING_RATE).withSteps(STEPS, BATCH_SIZE),
                ReplyNames.DEFAULTS);
    }

    private TokenizedDataset read(Path data) {
        PromptTemplate prompt = new PromptTemplate(PROMPT.replace("{instruction}", "{instruction} {input}"), PROMPT);
        List<Example> examples =
                AlpacaFile.read(data).stream().map(prompt::render).toList();
        OptionalInt end = OptionalInt.of(directory.config().tokens().eos().get(0));
        return TokenizedDataset.encode(
                examples,
                new ExampleTokenizer(tokenizer, end),
                MAX_LENGTH,
                directory.config().tokens().padId());
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
