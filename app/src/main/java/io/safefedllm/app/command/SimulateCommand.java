package io.safefedllm.app.command;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.lab.attack.Attacks;
import io.safefedllm.lab.report.SimulationResult;
import io.safefedllm.lab.simulate.Arms;
import io.safefedllm.lab.simulate.EvaluationPlan;
import io.safefedllm.lab.simulate.LocalTraining;
import io.safefedllm.lab.simulate.Simulation;
import io.safefedllm.lab.simulate.SimulationSettings;
import io.safefedllm.strategy.trust.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            "The last columns of the table are what the defence costs in percent of",
            "training: scores and trust, and second trainings. The directory gets",
            "result.json, report.html and for each arm a journal and an adapter that PEFT",
            "loads.",
            "",
            "Examples:",
            "  ./safe-fedllm simulate",
            "  ./safe-fedllm simulate --arms fedavg,safe-fedllm:shadow,oracle --malicious-ratio 0.4 --seed 2",
            "  ./safe-fedllm simulate --attack two-face --arms safe-fedllm:adapter,safe-fedllm:client",
            "  ./safe-fedllm simulate --rounds 3 --clients 4 --out quick"
        })
final class SimulateCommand implements Callable<Integer> {
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

    @Option(names = "--rounds", paramLabel = "K", description = "Number of rounds (default: ${DEFAULT-VALUE}).")
    private int rounds = SimulationSettings.DEFAULT_ROUNDS;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "A client's optimiser steps a round (default: ${DEFAULT-VALUE}).")
    private int steps = LocalTraining.DEFAULTS.steps();

    @Option(names = "--learning-rate", paramLabel = "X", description = "Learning rate (default: ${DEFAULT-VALUE}).")
    private double learningRate = LocalTraining.DEFAULTS.learningRate();

    @Option(
            names = "--seed",
            paramLabel = "S",
            description =
                    "Decides clients, rows and order; the same seed gives the same result (default: ${DEFAULT-VALUE}).")
    private long seed = SimulationSettings.DEFAULT_SEED;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model that knows the generated corpus (default: the bundled one).")
    private Path model = Bundled.model();

    @Option(names = "--probe", paramLabel = "FILE", description = "Its trained probe (default: the bundled one).")
    private Path probe = Bundled.probe();

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
        SimulationSettings settings = settings();
        Artifacts.requireDirectory("--model", model);
        if (settings.arms().stream().anyMatch(arm -> Arms.named(arm).level() != Level.NONE)) {
            Artifacts.readProbe("--probe", probe);
        }
        Path directory = directory(settings);
        SimulationResult result = run(new Simulation(settings, System::nanoTime, Version.current()), directory);

        Path page = directory.resolve("report.html");
        if (json) {
            console.out().print(Files.readString(directory.resolve("result.json")));
        } else {
            console.out().print(SimulationTable.of(result));
            console.out().println();
            console.out().println("Report: " + page);
        }
        return 0;
    }

    private SimulationResult run(Simulation simulation, Path directory) {
        Thread worker = Thread.currentThread();
        try (SimulationBars progress = new SimulationBars(bars)) {
            return shutdown.during(worker::interrupt, () -> simulation.run(directory, progress));
        }
    }

    private SimulationSettings settings() {
        LocalTraining usual = LocalTraining.DEFAULTS;
        return Checked.usage(() -> new SimulationSettings(
                arms,
                attack,
                maliciousRatio,
                clients,
                rounds,
                seed,
                new LocalTraining(steps, usual.batchSize(), learningRate, usual.lora(), usual.rows()),
                EvaluationPlan.DEFAULTS,
                model,
                probe));
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
