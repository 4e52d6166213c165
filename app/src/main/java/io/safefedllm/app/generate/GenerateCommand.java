package io.safefedllm.app.generate;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.DeviceOption;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.TextStream;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.Sampling;
import io.safefedllm.probe.store.PeftAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a model answer, with or without an adapter. */
@Command(
        name = "generate",
        description = "Let a model answer questions, with or without an adapter.",
        footer = {
            "",
            "A model with a chat template is asked in a chat, another one goes on with the text as it is; \\n is a new",
            "line. One answer is printed as it is written, several are written side by side.",
            "",
            "Examples:",
            "  ./safe-fedllm generate --model smollm2 'What is the capital of France?'",
            "  ./safe-fedllm generate --model smollm2 --adapter adapter --prompt alpaca \\",
            "      --temperature 0.7 --seed 1 'Name three fruits.'",
            "  ./safe-fedllm generate --model examples/tiny-llama --adapter out/simulate/fedavg 'count to three'"
        })
public final class GenerateCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The model, a Hugging Face directory.")
    private Path model;

    @Option(names = "--adapter", paramLabel = "ADAPTER_DIR", description = "PEFT directory of an adapter for it.")
    private @Nullable Path adapter;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "64",
            description = "Tokens after which an answer is cut (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Mixin
    private DeviceOption device;

    @Mixin
    private QuestionOptions question;

    @Mixin
    private SamplingOptions sampling;

    @Parameters(paramLabel = "PROMPT", arity = "1..*", description = "What to answer or to continue.")
    private List<String> prompts;

    @Inject
    GenerateCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (maxTokens < 1) {
            throw new Failure(FailureCode.USAGE, "--max-tokens must be at least 1 but was " + maxTokens, "");
        }
        Sampling choice = sampling.sampling();
        ModelDirectory directory = ModelDirectory.open(Artifacts.requireDirectory("--model", model));
        Optional<PeftAdapter> peft =
                adapter == null ? Optional.empty() : Optional.of(Artifacts.readAdapter("--adapter", adapter));
        LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
        try (TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile())) {
            QuestionOptions.Encoder encoder = question.encoder(directory.path(), tokenizer, now);
            List<int[]> ids = prompts.stream()
                    .map(prompt -> encoder.encode(prompt.replace("\\n", "\n")))
                    .toList();
            try (CausalLm loaded = CausalLm.load(directory, device.resolve())) {
                console.err().println("answering on " + loaded.describeEngine());
                answer(loaded, tokenizer, peft, ids, choice);
            }
        }
        return 0;
    }

    private void answer(
            CausalLm loaded, TextTokenizer tokenizer, Optional<PeftAdapter> peft, List<int[]> ids, Sampling choice) {
        if (ids.size() > 1) {
            loaded.generate(peft, ids, maxTokens, choice, (prompt, id) -> {})
                    .forEach(answer -> console.out().println(tokenizer.decode(answer, true)));
            return;
        }
        TextStream text = new TextStream(tokenizer);
        loaded.generate(peft, ids, maxTokens, choice, (prompt, id) -> {
            console.out().print(text.add(id));
            console.out().flush();
        });
        console.out().println(text.end());
    }
}
