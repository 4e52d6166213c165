package io.safefedllm.app.command;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a model answer, with or without an adapter. */
@Command(
        name = "generate",
        description = "Continue prompts with a model, greedily, with or without an adapter.",
        footer = {
            "",
            "The text is taken as it is, but for \\n, which is a new line; models expect the prompt they were trained with.",
            "",
            "Example:",
            "  ./safe-fedllm generate --model examples/tiny-llama --adapter out/simulate/fedavg \\",
            "      'instruction: count to three\\nresponse: '"
        })
final class GenerateCommand implements Callable<Integer> {
    private final Console console;

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

    @Parameters(paramLabel = "PROMPT", arity = "1..*", description = "What to continue.")
    private List<String> prompts;

    @Inject
    GenerateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (maxTokens < 1) {
            throw new Failure(FailureCode.USAGE, "--max-tokens must be at least 1 but was " + maxTokens, "");
        }
        ModelDirectory directory = ModelDirectory.open(Artifacts.requireDirectory("--model", model));
        @Nullable PeftAdapter peft = adapter == null ? null : Artifacts.readAdapter("--adapter", adapter);
        LoraConfig lora = peft == null ? LoraDefaults.config(model) : peft.config();
        List<String> texts =
                prompts.stream().map(prompt -> prompt.replace("\\n", "\n")).toList();
        try (TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile());
                CausalLm loaded = CausalLm.load(directory, device.resolve())) {
            LoraTrainer trainer = new LoraTrainer(loaded, tokenizer, lora);
            List<String> answers = peft == null
                    ? trainer.generate(texts, maxTokens)
                    : trainer.generate(peft.adapter(), texts, maxTokens);
            answers.forEach(console.out()::println);
        }
        return 0;
    }
}
