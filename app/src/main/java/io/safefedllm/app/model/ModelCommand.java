package io.safefedllm.app.model;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where model directories come from. */
@Command(
        name = "model",
        description = "Get a base model: fetch a published one, or import a GGUF file.",
        synopsisSubcommandLabel = "ACTION",
        commandListHeading = "Actions:%n",
        subcommands = {ModelGetCommand.class, ModelImportCommand.class, ModelListCommand.class},
        footer = {
            "",
            "A model is a Hugging Face directory of the Llama or Qwen2 family: config.json, *.safetensors,",
            "tokenizer.json. One that you have already is used as it is, with --model DIR.",
            "",
            "Example, a real language model by one command, and what to do with it:",
            "  ./safe-fedllm model get smollm2 --out smollm2",
            "  ./safe-fedllm generate --model smollm2 'What is the capital of France?'",
            "  ./safe-fedllm train --model smollm2 --data rows.json --steps 20 --out adapter"
        })
public final class ModelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "missing action");
    }
}
