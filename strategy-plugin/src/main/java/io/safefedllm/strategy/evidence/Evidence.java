package io.safefedllm.strategy.evidence;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the scores say of one client in one round.
 *
 * @param steps the records of the run that the level looks at, ascending by step; complete evidence ends with step T
 * @param totalSteps T, the number of records of a complete run, at least 1: one for reply and dispatch, the local steps
 *     for report (SF-13.1)
 * @param main the submitted update, where it is scored beside another run (SF-7.3e)
 */
public record Evidence(List<StepScores> steps, int totalSteps, Optional<StepScores> main) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if {@code totalSteps} is below 1
     */
    public Evidence {
        if (totalSteps < 1) {
            throw new IllegalArgumentException("a run has at least 1 step but totalSteps was " + totalSteps);
        }
        steps = List.copyOf(steps);
    }

    /** Makes evidence whose last record, if there is one, is step T. */
    public Evidence(List<StepScores> steps, Optional<StepScores> main) {
        this(steps, steps.isEmpty() ? 1 : steps.get(steps.size() - 1).step(), main);
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
