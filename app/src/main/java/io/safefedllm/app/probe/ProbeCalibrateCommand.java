package io.safefedllm.app.probe;

import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.probe.calibrate.ProbeCalibrator;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.LabelledUpdates;
import io.safefedllm.probe.store.ProbeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Chooses a probe's thresholds anew. */
@Command(
        name = "calibrate",
        description = "Choose a probe's thresholds for a stated share of false alarms.",
        footer = {
            "",
            "Example:",
            "  ./safe-fedllm probe calibrate --updates mine --alpha 0.005 --out mine.sflp probe.sflp"
        })
final class ProbeCalibrateCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The probe.")
    private Path probe;

    @Option(
            names = "--updates",
            paramLabel = "DIR",
            required = true,
            description = "Labelled updates that the probe was not trained on.")
    private Path updates;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the calibrated probe goes.")
    private Path out;

    @Mixin
    private SettingOptions settingOptions;

    @Mixin
    private Calibrating calibrating;

    @Option(names = "--json", description = "Print the card as JSON.")
    private boolean json;

    @Inject
    ProbeCalibrateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ProbeCalibrator calibrator = calibrator();
        ProbeSet before = Artifacts.readProbe("FILE", probe);
        LabelledUpdates rows = Artifacts.readUpdates("--updates", updates);

        ProbeSet after = calibrating.apply(before, calibrator, rows);

        ProbeFile.write(out, after);
        console.out().print(json ? ProbeText.json(after) : ProbeText.text(out, after));
        return 0;
    }

    private ProbeCalibrator calibrator() throws IOException {
        SettingOptions.Typed typed = settingOptions.typed();
        calibrating.addTo(typed);
        return Calibrating.calibrator(settingOptions.read(typed))
                .orElseThrow(() -> new Failure(
                        FailureCode.USAGE,
                        "the settings turn calibration off",
                        "Set safe-fedllm.calibration.mode to max-source or pooled"));
    }
}
