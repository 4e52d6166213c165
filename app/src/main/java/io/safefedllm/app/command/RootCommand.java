package io.safefedllm.app.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.safefedllm.app.aggregate.AggregateCommand;
import io.safefedllm.app.doctor.DoctorCommand;
import io.safefedllm.app.generate.GenerateCommand;
import io.safefedllm.app.journal.JournalCommand;
import io.safefedllm.app.journal.ReportCommand;
import io.safefedllm.app.lab.LabCommand;
import io.safefedllm.app.model.ModelCommand;
import io.safefedllm.app.node.NodeCommand;
import io.safefedllm.app.probe.ProbeCommand;
import io.safefedllm.app.score.ScoreCommand;
import io.safefedllm.app.serve.ServeCommand;
import io.safefedllm.app.shipped.Version;
import io.safefedllm.app.simulate.SimulateCommand;
import io.safefedllm.app.train.TrainCommand;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What all verbs share, and the list of them. */
@Command(
        name = "safe-fedllm",
        description =
                "Screens LoRA updates in federated LLM training and weighs each client by how far a trained probe "
                        + "trusts it.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "Verbs:%n",
        usageHelpWidth = 100,
        subcommands = {
            SimulateCommand.class,
            ServeCommand.class,
            NodeCommand.class,
            ReportCommand.class,
            TrainCommand.class,
            GenerateCommand.class,
            ModelCommand.class,
            ProbeCommand.class,
            JournalCommand.class,
            ScoreCommand.class,
            AggregateCommand.class,
            DoctorCommand.class,
            SettingsCommand.class,
            LabCommand.class
        },
        footer = {
            "",
            "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.",
            "The last line of a failure names a code; docs/exit-codes has its page.",
            "",
            "Start here:",
            "  ./safe-fedllm simulate",
            "  ./safe-fedllm VERB --help"
        })
public final class RootCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and end.")
    @SuppressWarnings("UnusedVariable") // picocli shows the help when it sees the option
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and end.")
    @SuppressWarnings("UnusedVariable") // as above
    private boolean version;

    @Option(
            names = {"-X", "--debug"},
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure and log everything.")
    private boolean debug;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log what happens, not only what needs attention.")
    private boolean verbose;

    /** Returns whether stack traces are wanted. */
    public boolean isDebugging() {
        return debug;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "missing verb");
    }

    /** Sets the log level of the whole process from the options. */
    public void applyLogLevel() {
        Logger ours = (Logger) LoggerFactory.getLogger("io.safefedllm");
        ours.setLevel(debug ? Level.DEBUG : verbose ? Level.INFO : Level.WARN);
    }
}
