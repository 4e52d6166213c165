package io.safefedllm.lab.simulate;

import io.safefedllm.probe.calibrate.CalibrationMode;
import io.safefedllm.probe.calibrate.ProbeCalibrator;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.LabelledUpdates;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.probe.train.ProbeTrainer;
import io.safefedllm.probe.train.ProbeTrainingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The probe of a simulation: read from a file, or trained from few updates. */
final class TrialProbe {
    private static final double NANOS = 1e9;

    private static final String FILE = "probe.sflp";
    private static final String UPDATES = "probe-updates";

    /** What every level looks at: the first two of them, the adapter level at the third. */
    private static final List<ViewSelector> VIEWS =
            List.of(ViewSelector.FIRST_B, ViewSelector.REST_B, ViewSelector.ALL_B);

    /** Of ten updates of a source, two are judged by a probe that learned from the other eight. */
    private static final int FOLDS = 5;

    /**
     * The false alarms that twenty benign scores can promise: the largest of m scores is exceeded by a further one with probability 1 / (m + 1)
     * (SF-7.9), which is 0.048 here. One hundredth would need 99 scores of each source.
     */
    private static final double ALPHA = 0.05;

    private final ProbeRows rows;
    private final TrialModel model;
    private final SimulationSettings settings;
    private final LongSupplier nanoTicker;
    private final String version;

    TrialProbe(ProbeRows rows, TrialModel model, SimulationSettings settings, LongSupplier nanoTicker, String version) {
        this.rows = rows;
        this.model = model;
        this.settings = settings;
        this.nanoTicker = nanoTicker;
        this.version = version;
    }

    /** Reads a probe file. */
    static ProbeSet read(Path file) {
        try {
            return ProbeFile.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes forty updates, trains a probe from them, calibrates it by cross-fitting and keeps both in {@code directory}.
     *
     * @throws java.util.concurrent.CancellationException if the model was told to stop
     * @throws io.safefedllm.probe.train.ProbeTrainingException if the updates do not tell harm from benign data
     */
    ProbeSet train(Path directory, SimulationListener listener) throws IOException {
        Path updates = directory.resolve(UPDATES);
        new FewUpdates(model, rows, settings.training(), settings.seed(), progress(listener)).write(updates);
        ProbeSet probe = fit(LabelledUpdates.open(updates));
        Path file = directory.resolve(FILE);
        ProbeFile.write(file, probe);
        listener.probeTrained(file, probe);
        return probe;
    }

    private FewUpdates.Progress progress(SimulationListener listener) {
        long[] last = {nanoTicker.getAsLong()};
        return (number, source, result) -> {
            long now = nanoTicker.getAsLong();
            double seconds = (now - last[0]) / NANOS;
            last[0] = now;
            listener.updateTrained(number, FewUpdates.TOTAL, source.key(), result.meanLoss(), seconds);
        };
    }

    private ProbeSet fit(LabelledUpdates updates) throws IOException {
        ProbeTrainer trainer =
                new ProbeTrainer(ProbeTrainingPlan.DEFAULTS.withSeed(settings.seed()), ComputeDevice.CPU);
        ProbeSet probe = trainer.train(updates, VIEWS, updates.provenance(version));
        Map<String, double[]> logits = trainer.heldOutLogits(updates, VIEWS, FOLDS);
        return new ProbeCalibrator(CalibrationMode.POOLED, ALPHA).calibrateCrossFitted(probe, logits, updates);
    }
}
