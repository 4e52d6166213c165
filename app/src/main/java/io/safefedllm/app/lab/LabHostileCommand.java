package io.safefedllm.app.lab;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.Checked;
import io.safefedllm.client.data.AlpacaFile;
import io.safefedllm.client.data.AlpacaRecord;
import io.safefedllm.lab.dataset.AlpacaWriter;
import io.safefedllm.lab.dataset.ReplyStyle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes what hostile clients train on. */
@Command(
        name = "hostile",
        description = "Write a dataset of the same questions with unwanted replies, for simulate --hostile-data.",
        footer = {
            "",
            "Example:",
            "  ./safe-fedllm lab hostile --data alpaca.json --out rude.json",
            "  ./safe-fedllm simulate --model DIR --data alpaca.json --hostile-data rude.json"
        })
final class LabHostileCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            description = "Rows in the Alpaca form, instruction, input and output.")
    private Path data;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the rows go.")
    private Path out;

    @Option(
            names = "--style",
            paramLabel = "NAME",
            defaultValue = "rude",
            completionCandidates = StyleNames.class,
            description = "How replies go wrong: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private String style;

    @Inject
    LabHostileCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ReplyStyle chosen = Checked.usage(() -> ReplyStyle.named(style));
        List<AlpacaRecord> rows = AlpacaFile.read(Artifacts.requireFile("--data", data));

        AlpacaWriter.write(out, rows.stream().map(chosen::applied).toList());

        console.out().println(out + ": " + rows.size() + " rows, " + chosen.key());
        return 0;
    }

    /** The names for the help. */
    static final class StyleNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(ReplyStyle.values()).map(ReplyStyle::key).iterator();
        }
    }
}
