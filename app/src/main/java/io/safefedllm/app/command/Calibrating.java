package io.safefedllm.app.command;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.probe.calibrate.CalibrationMode;
import io.safefedllm.probe.calibrate.ProbeCalibrator;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.ProbeEngine;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.LabelledUpdates;
import java.io.IOException;
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

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, cpu, cuda:0 … (default: ${DEFAULT-VALUE}).")
    private String device;

    /** Returns the device, checked. */
    ComputeDevice computeDevice() {
        return Checked.usage(() -> ComputeDevice.parse(device));
    }

    /** Returns {@code probes} with thresholds chosen on {@code updates}, and a card that names their recipes (SF-13.5). */
    ProbeSet apply(ProbeSet probes, LabelledUpdates updates) throws IOException {
        ProbeCalibrator calibrator = calibrator();
        try (ProbeEngine engine = ProbeEngine.open(probes, computeDevice())) {
            ProbeSet calibrated = calibrator.calibrate(probes, engine, updates);
            ProbeCard card = calibrated.card();
            return calibrated.with(
                    calibrated.views(),
                    card.withRecipes(updates.provenance(card.toolVersion()).recipes()));
        }
    }

    /** Returns the calibrator, or fails before anything is computed. */
    ProbeCalibrator calibrator() {
        if (!(alpha > 0.0 && alpha < 1.0)) {
            throw new Failure(FailureCode.USAGE, "--alpha must lie between 0 and 1 but was " + alpha, "");
        }
        return Checked.usage(() -> new ProbeCalibrator(CalibrationMode.named(mode), alpha));
    }
}
