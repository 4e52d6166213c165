package io.safefedllm.app.lab;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.corpus.CorpusFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the generated corpus as training files. */
@Command(
        name = "corpus",
        description = "Write the generated corpus: benign tasks, refused and complied forbidden requests, tokenizer.",
        footer = {"", "Example:", "  ./safe-fedllm lab corpus --out corpus"})
final class LabCorpusCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the files go.")
    private Path out;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "" + Corpus.BUNDLED_SEED,
            description = "Decides wordings and pools (default: ${DEFAULT-VALUE}, the bundled model's).")
    private long seed;

    @Inject
    LabCorpusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CorpusFiles.write(Corpus.of(seed), out).forEach(file -> console.out().println(file));
        return 0;
    }
}
