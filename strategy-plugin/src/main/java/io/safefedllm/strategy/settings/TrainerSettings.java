package io.safefedllm.strategy.settings;

import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.train.ProbeTrainingPlan;
import io.safefedllm.strategy.trust.Mode;
import java.util.Map;
import java.util.Optional;

/**
 * How probes are trained and calibrated.
 *
 * @param plan the fit
 * @param mode whether training checks its sources, or takes anything as the authors' code does
 * @param normalisation how the probe shall scale features (SF-1.7)
 * @param calibrationMode {@code max-source} or {@code pooled} (SF-7.9); nothing where thresholds stay the paper's
 * @param alpha share of false alarms that calibration allows, in (0, 1)
 * @param minScores fewest benign scores of a source that are calibrated; 0 for as many as alpha needs
 */
public record TrainerSettings(
        ProbeTrainingPlan plan,
        Mode mode,
        Normalisation normalisation,
        Optional<String> calibrationMode,
        double alpha,
        int minScores) {

    /**
     * Reads the settings from any map of full keys.
     *
     * @throws SettingsException if a {@code safe-fedllm.} key is unknown or a value is not allowed
     */
    public static TrainerSettings parse(Map<String, Object> values) {
        return TrainerTable.read(new SettingsReader(values));
    }
}
