package io.safefedllm.app.journal;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Checked;
import io.safefedllm.strategy.journal.JournalReader;
import io.safefedllm.strategy.journal.RoundLine;
import io.safefedllm.strategy.journal.RunHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what a journal says. */
@Command(
        name = "show",
        description = "Tell what a journal says: all rounds, one round, or the history of one client in words.",
        footer = {
            "",
            "DIR is the directory of a run, for instance an arm of a simulation.",
            "",
            "Examples:",
            "  ./safe-fedllm journal show out/simulate/safe-fedllm-shadow",
            "  ./safe-fedllm journal show out/simulate/safe-fedllm-shadow --node 3"
        })
final class JournalShowCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Where journal.jsonl is.")
    private Path directory;

    @Option(names = "--node", paramLabel = "ID", description = "The history of one client, a sentence a round.")
    private @Nullable String node;

    @Option(names = "--round", paramLabel = "N", description = "Every client of one round.")
    private @Nullable Integer round;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Inject
    JournalShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path run = Journals.run("DIR", directory);
        RunHistory history = RunHistory.of(JournalReader.read(run.resolve("journal.jsonl")));
        console.out().print(text(history));
        return 0;
    }

    private String text(RunHistory history) throws IOException {
        if (node != null && round != null) {
            throw new Failure(FailureCode.USAGE, "--node and --round exclude each other", "Give one of them");
        }
        if (node != null) {
            long nodeId = nodeId(node, history);
            return json ? JournalText.storyJson(history, nodeId) : JournalText.story(history, nodeId);
        }
        if (round != null) {
            RoundLine line = round(round, history);
            return json ? JournalText.roundJson(history, line) : JournalText.round(history, line);
        }
        return json ? JournalText.overviewJson(history) : JournalText.overview(history);
    }

    private static long nodeId(String text, RunHistory history) {
        long nodeId = Checked.usage(() -> Long.parseUnsignedLong(text));
        if (!history.nodes().contains(nodeId)) {
            throw new Failure(
                    FailureCode.USAGE,
                    "--node '" + text + "' was never drawn",
                    "Choose among " + JournalText.nodes(history));
        }
        return nodeId;
    }

    private static RoundLine round(int number, RunHistory history) {
        return history.rounds().stream()
                .filter(line -> line.round() == number)
                .findFirst()
                .orElseThrow(() -> new Failure(
                        FailureCode.USAGE,
                        "--round " + number + " is not in the journal",
                        "Choose among its " + history.rounds().size() + " finished rounds"));
    }
}
