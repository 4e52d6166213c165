package io.safefedllm.app.command;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.lab.report.ReportFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the report of a simulation anew. */
@Command(
        name = "report",
        description = "Draw report.html anew from the files of a simulation.",
        footer = {
            "",
            "Examples:",
            "  ./safe-fedllm report out/simulate",
            "  ./safe-fedllm report out/simulate --figure rounds.svg"
        })
final class ReportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "What simulate wrote.")
    private Path directory;

    @Option(names = "--figure", paramLabel = "FILE.svg", description = "Also draw safe answers by round as a figure.")
    private @Nullable Path figure;

    @Inject
    ReportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Artifacts.requireDirectory("DIR", directory);
        Artifacts.requireFile("DIR", directory.resolve("result.json"));
        console.out().println(ReportFiles.render(directory));
        if (figure != null) {
            ReportFiles.figure(directory, figure);
            console.out().println(figure);
        }
        return 0;
    }
}
