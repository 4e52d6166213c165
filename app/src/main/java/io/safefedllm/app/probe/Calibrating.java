package io.safefedllm.app.probe;

import io.safefedllm.app.option.DeviceOption;
import io.safefedllm.probe.calibrate.CalibrationMode;
import io.safefedllm.probe.calibrate.ProbeCalibrator;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.ProbeEngine;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.LabelledUpdates;
import io.safefedllm.strategy.settings.TrainerSettings;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a probe's thresholds are chosen, and where its numbers are computed. */
final class Calibrating {
    @Option(
            names = "--alpha",
            paramLabel = "A",
            defaultValue = "0.01",
            description = "Share of harmless updates that may be called harmful (default: ${DEFAULT-VALUE}).")
    private double alpha;

    @Option(
            names = "--mode",
            paramLabel = "NAME",
            defaultValue = "max-source",
            description =
                    "max-source: every source keeps to --alpha; pooled: all together (default: ${DEFAULT-VALUE}).")
    private String mode;

    @Mixin
    private DeviceOption device;

    /** Returns the device, checked. */
    ComputeDevice computeDevice() {
        return device.asked();
    }

    /** Adds what was typed of these options. */
    void addTo(SettingOptions.Typed typed) {
        typed.with("--alpha", "calibration.alpha", alpha).with("--mode", "calibration.mode", mode);
    }

    /** Returns {@code probes} with thresholds chosen on {@code updates}, and a card that names their recipes (SF-13.5). */
    ProbeSet apply(ProbeSet probes, ProbeCalibrator calibrator, LabelledUpdates updates) throws IOException {
        try (ProbeEngine engine = ProbeEngine.open(probes, computeDevice())) {
            ProbeSet calibrated = calibrator.calibrate(probes, engine, updates);
            ProbeCard card = calibrated.card();
            return calibrated.with(
                    calibrated.views(),
                    card.withRecipes(updates.provenance(card.toolVersion()).recipes()));
        }
    }

    /** Returns who chooses the thresholds; nobody where they stay the paper's. */
    static Optional<ProbeCalibrator> calibrator(TrainerSettings settings) {
        return settings.calibrationMode()
                .map(mode -> new ProbeCalibrator(CalibrationMode.named(mode), settings.alpha(), settings.minScores()));
    }
}
