package io.safefedllm.strategy.settings;

import io.safefedllm.probe.feature.Normalisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which probe scores, and how.
 *
 * @param path the probe file; nothing where the program gives the probe
 * @param threshold threshold of every view in place of the probe's own, in (0, 1]
 * @param views names of the views to score with, which must be there; empty for {@code first_b} and {@code rest_b} where
 *     the probe has them
 * @param normalisation how the probe must scale features
 * @param alpha share of false alarms that calibration allows, in (0, 1)
 * @param calibrated whether the probe's calibrated thresholds count where none is given; otherwise the paper's 0.8
 * @param strict whether a run whose recipe is not the probe's is refused; otherwise it is warned about (SF-13.5)
 */
public record ProbeSettings(
        Optional<Path> path,
        OptionalDouble threshold,
        List<String> views,
        Normalisation normalisation,
        double alpha,
        boolean calibrated,
        boolean strict) {
    /** Copies the list. */
    public ProbeSettings {
        views = List.copyOf(views);
    }
}
