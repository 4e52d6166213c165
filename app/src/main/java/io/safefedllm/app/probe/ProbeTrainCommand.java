package io.safefedllm.app.probe;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.Checked;
import io.safefedllm.app.shipped.Version;
import io.safefedllm.probe.calibrate.ProbeCalibrator;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.LabelledUpdates;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.probe.train.OpinionTrainer;
import io.safefedllm.probe.train.ProbeTrainer;
import io.safefedllm.probe.train.TrainingMode;
import io.safefedllm.strategy.settings.TrainerSettings;
import io.safefedllm.strategy.trust.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fits a probe to labelled updates. */
@Command(
        name = "train",
        description = "Train a probe from labelled updates and calibrate its thresholds.",
        footer = {
            "",
            "Training refuses a class with fewer than two sources, a source with one update, and a probe that tells sources",
            "apart instead of harm. DIR holds PEFT directories and manifest.jsonl, one line an update: adapter, base, label",
            "(benign or harmful), source, records (final: what a whole training changed; steps: after one of its steps, as",
            "evidence.source report has it), learningRate, steps, batch. What is left out from records on is unknown to the card,",
            "and probe.strict then refuses the probe. Calibration takes updates of its own, from DIR/calibration or --calibration.",
            "",
            "Options stand for settings: --epochs 50 is --set safe-fedllm.trainer.epochs=50. ./safe-fedllm settings lists them.",
            "",
            "Example, the one that makes the bundled probe:",
            "  ./safe-fedllm lab updates --model examples/tiny-llama --out updates",
            "  ./safe-fedllm probe train --updates updates --out examples/tiny-llama/probe.sflp"
        })
final class ProbeTrainCommand implements Callable<Integer> {
    private static final String CALIBRATION_DIRECTORY = "calibration";

    private final Console console;

    @Option(
            names = "--updates",
            paramLabel = "DIR",
            required = true,
            description = "The labelled updates to learn from.")
    private Path updates;

    @Option(
            names = "--calibration",
            paramLabel = "DIR",
            description = "Labelled updates that choose the thresholds (default: DIR/calibration of --updates).")
    private @Nullable Path calibration;

    @Option(names = "--uncalibrated", description = "Keep the paper's threshold of 0.8.")
    private boolean uncalibrated;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the probe goes.")
    private Path out;

    @Option(
            names = "--views",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "first_b,rest_b,all_b",
            description =
                    "What the probe looks at: first_b, rest_b, all_b, all_a, all_layers (default: ${DEFAULT-VALUE}).")
    private List<String> views;

    @Option(
            names = "--opinions",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Train the second opinions too, which ask for audits (default: yes; --no-opinions: without).")
    private boolean opinions;

    @Option(
            names = "--paper-faithful",
            description = "Train on anything, as the authors' code does: sources are not checked, what does not fit is"
                    + " repaired; without second opinions and with the paper's threshold.")
    private boolean paperFaithful;

    @Mixin
    private SettingOptions settingOptions;

    @Mixin
    private TrainerOptions trainerOptions;

    @Mixin
    private Calibrating calibrating;

    @Option(names = "--json", description = "Print the card as JSON.")
    private boolean json;

    @Inject
    ProbeTrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<ViewSelector> selectors =
                Checked.usage(() -> views.stream().map(ViewSelector::named).toList());
        TrainerSettings settings = settings();
        Optional<ProbeCalibrator> calibrator = Calibrating.calibrator(settings);
        LabelledUpdates rows = Artifacts.readUpdates("--updates", updates);
        @Nullable LabelledUpdates held = calibrator.isPresent() ? calibrationRows() : null;

        ProbeSet trained = train(settings, rows, selectors);
        ProbeSet probes = held == null ? trained : calibrating.apply(trained, calibrator.orElseThrow(), held);

        ProbeFile.write(out, probes);
        console.out().print(json ? ProbeText.json(probes) : ProbeText.text(out, probes));
        return 0;
    }

    private TrainerSettings settings() throws IOException {
        SettingOptions.Typed typed = settingOptions.typed();
        trainerOptions.addTo(typed);
        calibrating.addTo(typed);
        Mode mode = paperFaithful ? Mode.PAPER_FAITHFUL : Mode.HARDENED;
        typed.with("--uncalibrated", "calibration.mode", uncalibrated ? "off" : "max-source")
                .with("--paper-faithful", "mode", mode.key());
        return settingOptions.read(typed);
    }

    private ProbeSet train(TrainerSettings settings, LabelledUpdates rows, List<ViewSelector> selectors)
            throws IOException {
        boolean faithful = settings.mode() == Mode.PAPER_FAITHFUL;
        TrainingMode mode = faithful ? TrainingMode.PAPER_FAITHFUL : TrainingMode.HARDENED;
        ProbeSet views = new ProbeTrainer(settings.plan(), calibrating.computeDevice(), mode, settings.normalisation())
                .train(rows, selectors, rows.provenance(Version.current()));
        return opinions && !faithful
                ? new OpinionTrainer(settings.plan(), calibrating.computeDevice()).train(rows, views)
                : views;
    }

    private LabelledUpdates calibrationRows() throws IOException {
        Path usual = updates.resolve(CALIBRATION_DIRECTORY);
        if (calibration == null && !Files.exists(usual)) {
            throw new Failure(
                    FailureCode.USAGE,
                    "there are no updates to calibrate with: '" + usual + "' is missing",
                    "Give --calibration DIR, or --uncalibrated for the paper's threshold");
        }
        return Artifacts.readUpdates("--calibration", calibration == null ? usual : calibration);
    }
}
