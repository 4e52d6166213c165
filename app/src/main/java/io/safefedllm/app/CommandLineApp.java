package io.safefedllm.app;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.safefedllm.app.command.RootCommand;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.failure.FailureReport;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole program behind its process: arguments in, exit status out. Used once. */
public final class CommandLineApp {
    private final Console console;
    private final Shutdown shutdown;
    private final CommandLine commandLine;

    /**
     * Makes the program.
     *
     * @param environment the variables that stand for options
     * @param shutdown told when the process is to end
     */
    public CommandLineApp(Console console, Map<String, String> environment, Shutdown shutdown) {
        this.console = console;
        this.shutdown = shutdown;
        Injector injector = Guice.createInjector(Stage.PRODUCTION, new AppModule(console, environment, shutdown));
        commandLine = new CommandLine(RootCommand.class, new GuiceFactory(injector))
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(console.terminal())
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler((thrown, args) -> misused(thrown))
                .setExecutionExceptionHandler((thrown, command, parsed) -> failed(thrown));
    }

    /** Runs the verb that {@code args} name and returns the exit status of the process. */
    public int run(String... args) {
        try {
            return commandLine.execute(args);
        } catch (Error e) {
            return failed(e);
        }
    }

    CommandLine commandLine() {
        return commandLine;
    }

    private int execute(ParseResult parsed) {
        RootCommand root = commandLine.getCommand();
        root.applyLogLevel();
        return new CommandLine.RunLast().execute(parsed);
    }

    private int misused(ParameterException thrown) {
        CommandLine command = thrown.getCommandLine();
        String help = "Run ./" + command.getCommandSpec().qualifiedName() + " --help";
        List<String> meant = suggestions(thrown);
        String remedy = meant.isEmpty() ? help : "Did you mean " + String.join(" or ", meant) + "? " + help;
        return print(new FailureReport(FailureCode.USAGE, String.valueOf(thrown.getMessage()), remedy), thrown);
    }

    private static List<String> suggestions(ParameterException thrown) {
        return thrown instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    }

    private int failed(Throwable thrown) {
        FailureReport report = FailureReport.of(thrown);
        if (shutdown.isRequested() && report.code() != FailureCode.INTERRUPTED) {
            report = FailureReport.interrupted();
        }
        return print(report, thrown);
    }

    private int print(FailureReport report, Throwable thrown) {
        if (isDebugging()) {
            thrown.printStackTrace(console.err());
        }
        console.err().println(report.line());
        return report.code().exitStatus();
    }

    private boolean isDebugging() {
        RootCommand root = commandLine.getCommand();
        return root.isDebugging();
    }
}
