package io.safefedllm.strategy.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which probe scores, and how.
 *
 * @param path the probe file; nothing where the program gives the probe
 * @param threshold threshold of every view in place of the calibrated ones, in (0, 1]
 * @param views names of the views to score with; empty for {@code first_b} and {@code rest_b} where the probe has them
 */
public record ProbeSettings(Optional<Path> path, OptionalDouble threshold, List<String> views) {
    /** Copies the list. */
    public ProbeSettings {
        views = List.copyOf(views);
    }
}
