package io.safefedllm.app.journal;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.lab.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the report of a simulation or of a run. */
@Command(
        name = "report",
        description = "Draw report.html from the files of a simulation, or from the journal of a run.",
        footer = {
            "",
            "Examples:",
            "  ./safe-fedllm report out/simulate",
            "  ./safe-fedllm report state/8471",
            "  ./safe-fedllm report out/simulate --figure rounds.svg"
        })
public final class ReportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "What simulate wrote, or the directory of a run of serve.")
    private Path directory;

    @Option(names = "--figure", paramLabel = "FILE.svg", description = "Also draw safe answers by round as a figure.")
    private @Nullable Path figure;

    @Inject
    ReportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Artifacts.requireDirectory("DIR", directory);
        if (!Files.isRegularFile(directory.resolve("result.json"))) {
            return journals();
        }
        console.out().println(ReportFiles.render(directory));
        if (figure != null) {
            ReportFiles.figure(directory, figure);
            console.out().println(figure);
        }
        return 0;
    }

    private int journals() throws IOException {
        if (figure != null) {
            throw new Failure(
                    FailureCode.USAGE,
                    "--figure needs the result of a simulation, which '" + directory + "' does not hold",
                    "Leave it out");
        }
        List<Path> runs = Journals.find(directory);
        if (runs.isEmpty()) {
            throw new Failure(
                    FailureCode.FILE_MISSING,
                    "'" + directory + "' holds neither result.json nor journal.jsonl",
                    "Name what simulate wrote, the directory of a run, or one that holds such directories");
        }
        for (Path run : runs) {
            console.out().println(ReportFiles.renderJournal(run));
        }
        return 0;
    }
}
