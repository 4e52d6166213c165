package io.safefedllm.lab.simulate;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a simulation is made of.
 *
 * @param model a model directory; without {@code data}, one that knows the corpus
 * @param probe a probe file, read only where an arm needs it; without one, a simulation with {@code data} trains its own
 * @param data the rows; without them, those of the corpus
 */
public record TrialMaterial(Path model, Optional<Path> probe, Optional<DataFiles> data) {
    /**
     * Checks the combination.
     *
     * @throws IllegalArgumentException if there is neither a probe nor data to train one from
     */
    public TrialMaterial {
        if (probe.isEmpty() && data.isEmpty()) {
            throw new IllegalArgumentException("a simulation on the generated corpus needs a probe file");
        }
    }

    /** Returns the material of a simulation on the generated corpus. */
    public static TrialMaterial corpus(Path model, Path probe) {
        return new TrialMaterial(model, Optional.of(probe), Optional.empty());
    }
}
