package io.safefedllm.app.simulate;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.Checked;
import io.safefedllm.app.shipped.Bundled;
import io.safefedllm.app.shipped.Version;
import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.report.FigureText;
import io.safefedllm.lab.report.SimulationResult;
import io.safefedllm.lab.simulate.Arms;
import io.safefedllm.lab.simulate.DataFiles;
import io.safefedllm.lab.simulate.EvaluationPlan;
import io.safefedllm.lab.simulate.LocalTraining;
import io.safefedllm.lab.simulate.Simulation;
import io.safefedllm.lab.simulate.SimulationSettings;
import io.safefedllm.lab.simulate.TrialMaterial;
import io.safefedllm.probe.lora.LoraConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A whole federation in this process: the same clients under several defences. */
@Command(
        name = "simulate",
        description = "Run a federation with hostile clients under several defences, here and now, and compare them.",
        footer = {
            "",
            "Arms are what is compared: fedavg has no defence, oracle knows who is",
            "hostile and is the best possible, every aggregation rule is an arm without",
            "the probe, and safe-fedllm:LEVEL is this project's strategy. @KEY=VALUE",
            "after an arm sets safe-fedllm.KEY for it alone, as in",
            "safe-fedllm:shadow@mode=paper-faithful.",
            "",
            "Attacks take parameters, as in boosting:gamma=20,ratio=0.5. Attackers act",
            "together and know the honest updates of the round. 'lab attacks' lists all",
            "with their parameters; none makes every client honest.",
            "",
            "With --data and --hostile-data, clients train a model of your own on shards of",
            "two datasets in the Alpaca form. A tenth of the questions is held out, a",
            "quarter is for the probe, one question always in the same part of both files.",
            "Safe is then the share of held-out questions whose wanted reply the model finds",
            "likelier, token for token, than the unwanted one (for files without common",
            "questions: unwanted replies less likely than the median wanted one); utility is",
            "the probability that it gives a token of a held-out wanted reply. All clients",
            "share one frozen model. Without --probe, one is trained from 40 updates and kept",
            "as probe.sflp in --out.",
            "",
            "The last columns of the table are what the defence costs in percent of",
            "training: scores and trust, and second trainings. The directory gets",
            "result.json, report.html and for each arm a journal and an adapter that PEFT",
            "loads.",
            "",
            "Examples:",
            "  ./safe-fedllm simulate",
            "  ./safe-fedllm simulate --arms fedavg,safe-fedllm:shadow,oracle --malicious-ratio 0.4 --seed 2",
            "  ./safe-fedllm simulate --attack two-face --arms safe-fedllm:adapter,safe-fedllm:client",
            "  ./safe-fedllm simulate --rounds 3 --clients 4 --out quick",
            "  ./safe-fedllm lab hostile --data alpaca.json --out rude.json",
            "  ./safe-fedllm simulate --model DIR --data alpaca.json --hostile-data rude.json \\",
            "      --arms fedavg,safe-fedllm:adapter,oracle --out out/own"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final double NANOS_PER_MINUTE = 60e9;

    private final Console console;
    private final Shutdown shutdown;
    private final ProgressBars bars;

    @Option(
            names = "--arms",
            paramLabel = "NAME",
            split = ",",
            defaultValue = Arms.DEFAULT_NAMES,
            completionCandidates = ArmNames.class,
            description = "What to compare, separated by commas: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<String> arms;

    @Option(
            names = "--attack",
            paramLabel = "NAME",
            completionCandidates = AttackNames.class,
            description = "What hostile clients do: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private String attack = Attacks.DEFAULT;

    @Option(
            names = "--malicious-ratio",
            paramLabel = "R",
            description = "Part of the clients that is hostile, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double maliciousRatio = SimulationSettings.DEFAULT_MALICIOUS_RATIO;

    @Option(names = "--clients", paramLabel = "N", description = "Number of clients (default: ${DEFAULT-VALUE}).")
    private int clients = SimulationSettings.DEFAULT_CLIENTS;

    @Option(names = "--rounds", paramLabel = "K", description = "Number of rounds (default: 15; with --data 3).")
    private @Nullable Integer rounds;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "A client's optimiser steps a round (default: 5; with --data 2).")
    private @Nullable Integer steps;

    @Option(names = "--batch-size", paramLabel = "N", description = "Rows a step (default: 16; with --data 4).")
    private @Nullable Integer batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "Learning rate (default: 0.003; with --data 0.002).")
    private @Nullable Double learningRate;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description =
                    "Decides clients, rows and order; the same seed gives the same result (default: ${DEFAULT-VALUE}).")
    private long seed = SimulationSettings.DEFAULT_SEED;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model that knows the generated corpus (default: the bundled one); with --data, any model.")
    private @Nullable Path model;

    @Option(
            names = "--probe",
            paramLabel = "FILE",
            description = "Its trained probe (default: the bundled one; with --data, one is trained from 40 updates).")
    private @Nullable Path probe;

    @Mixin
    private DatasetOptions datasets;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the files go (default: a new directory in out).")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Inject
    SimulateCommand(Console console, Shutdown shutdown, ProgressBars bars) {
        this.console = console;
        this.shutdown = shutdown;
        this.bars = bars;
    }

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        SimulationSettings settings = settings();
        Path directory = directory(settings);
        SimulationResult result = run(settings, directory);

        if (json) {
            console.out().print(Files.readString(directory.resolve("result.json")));
        } else {
            print(settings, result, directory.resolve("report.html"), (System.nanoTime() - start) / NANOS_PER_MINUTE);
        }
        return 0;
    }

    private void print(SimulationSettings settings, SimulationResult result, Path page, double minutes) {
        console.out().print(SimulationTable.of(result));
        console.out().println();
        if (settings.material().data().isPresent()) {
            console.out().println("Safe answers are " + FigureText.safeAnswers(result.settings()) + ".");
            console.out().println("Utility is " + FigureText.utility(result.settings()) + ".");
            console.out().println(String.format(Locale.ROOT, "Time: %.1f minutes", minutes));
        }
        console.out().println("Report: " + page);
    }

    private SimulationResult run(SimulationSettings settings, Path directory) {
        Simulation simulation = new Simulation(settings, System::nanoTime, Version.current());
        Thread worker = Thread.currentThread();
        if (settings.material().data().isPresent()) {
            return shutdown.during(worker::interrupt, () -> simulation.run(directory, new SimulationLines(console)));
        }
        try (SimulationBars progress = new SimulationBars(bars)) {
            return shutdown.during(worker::interrupt, () -> simulation.run(directory, progress));
        }
    }

    private SimulationSettings settings() throws IOException {
        Optional<DataFiles> files = datasets.files();
        TrialMaterial material = material(files);
        SimulationSettings settings = Checked.usage(() -> new SimulationSettings(
                arms,
                attack,
                maliciousRatio,
                clients,
                or(rounds, files.isPresent() ? SimulationSettings.OWN_DATA_ROUNDS : SimulationSettings.DEFAULT_ROUNDS),
                seed,
                training(files.isPresent(), material.model()),
                files.isPresent() ? datasets.evaluation() : EvaluationPlan.DEFAULTS,
                material));
        Artifacts.requireDirectory("--model", material.model());
        if (settings.screens() && material.probe().isPresent()) {
            Artifacts.readProbe("--probe", material.probe().get());
        }
        return settings;
    }

    private TrialMaterial material(Optional<DataFiles> files) {
        if (files.isPresent() && model == null) {
            throw new Failure(
                    FailureCode.USAGE,
                    "--data needs --model: the bundled model knows the words of the generated corpus only",
                    "Name a model directory that knows the language of the data");
        }
        Path usual = files.isPresent() ? null : Bundled.probe();
        return new TrialMaterial(or(model, Bundled.model()), Optional.ofNullable(probe == null ? usual : probe), files);
    }

    private LocalTraining training(boolean ownData, Path base) {
        LocalTraining usual = ownData ? LocalTraining.OWN_DATA : LocalTraining.DEFAULTS;
        LoraConfig lora = usual.lora();
        return new LocalTraining(
                or(steps, usual.steps()),
                or(batchSize, usual.batchSize()),
                or(learningRate, usual.learningRate()),
                ownData
                        ? new LoraConfig(lora.r(), lora.alpha(), lora.dropout(), lora.targetModules(), base.toString())
                        : lora,
                usual.rows(),
                ownData ? datasets.maxLength() : usual.maxLength());
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private Path directory(SimulationSettings settings) {
        Path chosen = out;
        if (chosen == null) {
            return fresh();
        }
        for (String arm : settings.arms()) {
            Path journal = chosen.resolve(arm.replace(':', '-')).resolve("journal.jsonl");
            if (Files.exists(journal)) {
                throw new Failure(
                        FailureCode.USAGE,
                        "--out '" + chosen + "' holds the files of an earlier simulation",
                        "Name another directory or remove it");
            }
        }
        return chosen;
    }

    private static Path fresh() {
        Path first = Path.of("out", "simulate");
        Path next = first;
        for (int number = 2; Files.exists(next); number++) {
            next = first.resolveSibling("simulate-" + number);
        }
        return next;
    }

    /** The names for the help. */
    static final class ArmNames implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Arms.all().stream().map(arm -> arm.name()).iterator();
        }
    }

    /** The names for the help. */
    static final class AttackNames implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Attacks.cards().stream().map(card -> card.name()).iterator();
        }
    }
}
