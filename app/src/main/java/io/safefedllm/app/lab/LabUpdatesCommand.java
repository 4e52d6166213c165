package io.safefedllm.app.lab;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.shipped.Bundled;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.simulate.UpdateWorkshop;
import io.safefedllm.lab.simulate.WorkshopPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the labelled updates that the bundled probe learns from. */
@Command(
        name = "updates",
        description = "Let simulated clients, harmless and harmful, train, and keep their labelled updates.",
        footer = {
            "",
            "Examples, the two that make the bundled probe:",
            "  ./safe-fedllm lab updates --out updates",
            "  ./safe-fedllm probe train --updates updates --out examples/tiny-llama/probe.sflp"
        })
final class LabUpdatesCommand implements Callable<Integer> {
    private final Console console;
    private final ProgressBars bars;

    @Option(names = "--model", paramLabel = "DIR", description = "The model (default: the bundled one).")
    private Path model = Bundled.model();

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the updates go.")
    private Path out;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Rows and clients (default: ${DEFAULT-VALUE}).")
    private long seed;

    private ProgressBars.@Nullable Bar bar;

    @Inject
    LabUpdatesCommand(Console console, ProgressBars bars) {
        this.console = console;
        this.bars = bars;
    }

    @Override
    public Integer call() {
        Artifacts.requireDirectory("--model", model);
        if (Files.exists(out.resolve("manifest.jsonl"))) {
            throw new Failure(
                    FailureCode.USAGE, "--out '" + out + "' holds labelled updates already", "Name another directory");
        }
        try {
            new UpdateWorkshop(Corpus.of(Corpus.BUNDLED_SEED), WorkshopPlan.DEFAULTS).run(model, out, seed, this::show);
        } finally {
            close();
        }
        console.out().println(out);
        return 0;
    }

    private void show(int done, int total) {
        if (bar == null) {
            bar = bars.open("updates", total, "trainings");
        }
        bar.at(done, "");
        if (done == total) {
            close();
        }
    }

    private void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
