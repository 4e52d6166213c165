package io.safefedllm.app.journal;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with journals. */
@Command(
        name = "journal",
        description = "Check the journal of a run, or tell what it says.",
        synopsisSubcommandLabel = "ACTION",
        commandListHeading = "Actions:%n",
        subcommands = {JournalVerifyCommand.class, JournalShowCommand.class},
        footer = {"", "Example:", "  ./safe-fedllm journal verify out/simulate"})
public final class JournalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "missing action");
    }
}
