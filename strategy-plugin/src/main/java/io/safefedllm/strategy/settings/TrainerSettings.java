package io.safefedllm.strategy.settings;

import io.safefedllm.probe.train.ProbeTrainingPlan;
import java.util.Map;

/**
 * How probes are trained and calibrated.
 *
 * @param plan the fit
 * @param calibrationMode {@code max-source}, {@code pooled} or {@code off} (SF-7.9)
 * @param alpha share of false alarms that calibration allows, in (0, 1)
 * @param minScores fewest benign scores of a source that are calibrated, at least 1
 */
public record TrainerSettings(ProbeTrainingPlan plan, String calibrationMode, double alpha, int minScores) {

    /**
     * Reads the settings from any map of full keys.
     *
     * @throws SettingsException if a {@code safe-fedllm.} key is unknown or a value is not allowed
     */
    public static TrainerSettings parse(Map<String, Object> values) {
        return TrainerTable.read(new SettingsReader(values));
    }
}
