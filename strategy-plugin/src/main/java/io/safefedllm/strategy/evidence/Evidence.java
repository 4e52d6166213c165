package io.safefedllm.strategy.evidence;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the scores say of one client in one round.
 *
 * @param steps the records of the run that the level looks at, ascending by step; the last one is step T
 * @param main the submitted update, where it is scored beside another run (SF-7.3e)
 */
public record Evidence(List<StepScores> steps, Optional<StepScores> main) {
    /** Copies the list. */
    public Evidence {
        steps = List.copyOf(steps);
    }

    /** Returns all records, the steps first. */
    public List<StepScores> all() {
        return Stream.concat(steps.stream(), main.stream()).toList();
    }

    /**
     * Returns whether there is evidence to weigh: at least one step, and a score in every record. What has none must not
     * be trusted.
     */
    public boolean isUsable() {
        return !steps.isEmpty()
                && all().stream().noneMatch(record -> record.views().isEmpty());
    }
}
