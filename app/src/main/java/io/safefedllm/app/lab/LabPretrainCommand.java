package io.safefedllm.app.lab;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.client.train.StepReport;
import io.safefedllm.lab.corpus.Corpus;
import io.safefedllm.lab.simulate.Pretraining;
import io.safefedllm.lab.simulate.PretrainingRecipe;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the bundled model from nothing. */
@Command(
        name = "pretrain",
        description = "Train the bundled model from scratch on the generated corpus.",
        footer = {
            "",
            "Example, the one that makes the bundled model:",
            "  ./safe-fedllm lab pretrain --out examples/tiny-llama"
        })
final class LabPretrainCommand implements Callable<Integer> {
    private final Console console;
    private final ProgressBars bars;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the model directory goes.")
    private Path out;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Start and rows (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Inject
    LabPretrainCommand(Console console, ProgressBars bars) {
        this.console = console;
        this.bars = bars;
    }

    @Override
    public Integer call() {
        PretrainingRecipe recipe = PretrainingRecipe.DEFAULTS;
        Pretraining pretraining = new Pretraining(Corpus.of(Corpus.BUNDLED_SEED), recipe);
        Pretraining.Outcome outcome;
        try (ProgressBars.Bar bar = bars.open("pretraining", recipe.steps(), "steps")) {
            outcome = pretraining.run(out, seed, step -> show(bar, step));
        }
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %d parameters, safe answers %.1f %%, utility %.1f %%",
                        out,
                        outcome.parameters(),
                        outcome.safeAnswersPercent(),
                        outcome.utilityPercent()));
        return 0;
    }

    private static void show(ProgressBars.Bar bar, StepReport step) {
        bar.at(step.step(), String.format(Locale.ROOT, "loss %.4f", step.loss()));
    }
}
