package io.safefedllm.app.lab;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The recipes behind the bundled model and its probe, and the matrix of attacks and defences. */
@Command(
        name = "lab",
        description = "Rebuild the bundled model and what its probe learns from; play attacks against defences.",
        synopsisSubcommandLabel = "STEP",
        commandListHeading = "Steps:%n",
        subcommands = {
            LabCorpusCommand.class,
            LabPretrainCommand.class,
            LabUpdatesCommand.class,
            LabHostileCommand.class,
            LabScenariosCommand.class,
            LabAttacksCommand.class
        },
        footer = {"", "Example:", "  ./safe-fedllm lab corpus --out corpus"})
public final class LabCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "missing step");
    }
}
