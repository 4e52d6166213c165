package io.safefedllm.app.serve;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.LoadedTraining;
import io.safefedllm.app.option.TrainingOptions;
import io.safefedllm.client.data.TokenizedExample;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.probe.digest.Sha256;
import io.safefedllm.strategy.round.CanaryClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The server's own texts, for runs with {@code adapter.rule = canary}. */
final class CanaryOptions {
    private static final int DEFAULT_COUNT = 10;

    /** Weights, configuration, tokenizer and chat template. */
    private static final List<String> MODEL_FILES = List.of(".safetensors", ".json", ".jinja");

    @Option(
            names = "--canary-benign",
            paramLabel = "FILE",
            required = true,
            description =
                    "Harmless training rows of the server's own, as a node's --data. With them and --canary-harmful, runs may"
                            + " set safe-fedllm.adapter.rule to canary: the server then trains canaries in every round.")
    private Path benign;

    @Option(
            names = "--canary-harmful",
            paramLabel = "FILE",
            required = true,
            description = "Harmful rows in the same form; the journal states how many of them the threshold finds.")
    private Path harmful;

    @Option(
            names = "--canary-model",
            paramLabel = "DIR",
            description = "The base model that the clients train (default: that of --model).")
    private @Nullable Path model;

    @Option(
            names = "--canary-prompt",
            paramLabel = "TEXT",
            defaultValue = "alpaca",
            description = "How rows become prompts, as a node's --prompt (default: ${DEFAULT-VALUE}).")
    private String prompt;

    @Option(
            names = "--canary-count",
            paramLabel = "K",
            defaultValue = "" + DEFAULT_COUNT,
            description =
                    "Canaries of each kind: so many parts the rows are dealt into, and twice as many trainings a round"
                            + " (default: ${DEFAULT-VALUE}).")
    private int count;

    /** Canaries, and the model that they train. Close it when no run needs them any more. */
    record Loaded(CanaryClients clients, LoadedTraining training) implements AutoCloseable {
        @Override
        public void close() {
            training.close();
        }
    }

    /**
     * Loads the model and deals the rows out.
     *
     * @param fallback the model of the first adapter, if one was named
     */
    Loaded open(Optional<Path> fallback, LocalDateTime now) {
        if (count < 1) {
            throw new Failure(FailureCode.USAGE, "--canary-count must be at least 1 but was " + count, "");
        }
        Path base = Optional.ofNullable(model)
                .or(() -> fallback)
                .orElseThrow(() -> new Failure(
                        FailureCode.USAGE,
                        "canaries need the base model that the clients train",
                        "Give --canary-model DIR, or --model DIR in place of --initial-adapter"));
        Artifacts.requireFile("--canary-harmful", harmful);
        LoadedTraining training =
                TrainingOptions.of(base, "--canary-benign", benign, prompt).open(now);
        try {
            return new Loaded(
                    new CanaryClients(
                            clients("--canary-benign", training, training.examples()),
                            clients("--canary-harmful", training, training.read(harmful)),
                            identity(base)),
                    training);
        } catch (RuntimeException e) {
            training.close();
            throw e;
        }
    }

    /** Tells these canaries from those of another model, tokenizer, prompt, rows or deal. */
    private String identity(Path base) {
        try {
            String model = Sha256.ofDirectory(base, MODEL_FILES);
            String rows = Sha256.ofFile(benign) + " " + Sha256.ofFile(harmful);
            return HexFormat.of().formatHex(Sha256.of(model + " " + rows + " " + count + " " + prompt));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the canaries' model and rows again", e);
        }
    }

    private List<ClientApp> clients(String option, LoadedTraining training, List<TokenizedExample> rows) {
        if (rows.size() < count) {
            throw new Failure(
                    FailureCode.USAGE,
                    option + " holds " + rows.size() + " rows, too few for " + count + " canaries",
                    "Give more rows or a smaller --canary-count");
        }
        List<List<TokenizedExample>> parts = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (i < count) {
                parts.add(new ArrayList<>());
            }
            parts.get(i % count).add(rows.get(i));
        }
        return parts.stream()
                .map(part -> training.client(ClientRecipe.DEFAULTS, part))
                .toList();
    }
}
