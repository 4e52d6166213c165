package io.safefedllm.app.model;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.client.gguf.GgufImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Turns a GGUF file into a model directory. */
@Command(
        name = "import",
        description =
                "Turn a GGUF file of the Llama or Qwen2 family into a Hugging Face model directory, with tokenizer and"
                        + " chat template.",
        footer = {
            "",
            "Weights may be F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K or Q6_K. The numbers are those of the",
            "quantised copy, not of the model that it was made from.",
            "",
            "Example:",
            "  ./safe-fedllm model import Qwen2.5-0.5B-Instruct.Q8_0.gguf --out qwen"
        })
final class ModelImportCommand implements Callable<Integer> {
    private final Console console;
    private final ProgressBars bars;
    private final Shutdown shutdown;

    @Parameters(paramLabel = "FILE.gguf", description = "The file.")
    private Path file;

    @Mixin
    private ModelOutput output;

    @Inject
    ModelImportCommand(Console console, ProgressBars bars, Shutdown shutdown) {
        this.console = console;
        this.bars = bars;
        this.shutdown = shutdown;
    }

    @Override
    public Integer call() throws IOException {
        Path gguf = Artifacts.requireFile("FILE.gguf", file);
        CancellableWork.run(shutdown, () -> {
            try (ModelBars progress = new ModelBars(bars)) {
                GgufImport.run(gguf, output.directory(), output.type(), Map.of(), progress::written);
            }
        });
        console.out().println(output.directory() + ": imported from " + gguf.getFileName());
        return 0;
    }
}
