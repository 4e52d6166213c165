package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the scores say of one client in one round.
 *
 * @param steps the records of the run that the level looks at, ascending by step, no step twice; where evidence is trusted
 *     steps may be missing, also the last and all of them
 * @param totalSteps T: how many records a complete run has, at least 1; 1 where the server took the evidence itself
 * @param main the submitted update, where it is scored beside another run (SF-7.3e)
 * @param secondOpinions what other looks at the submitted update say (SF-14.5): never a weight, only a reason for an audit
 */
public record Evidence(
        List<StepScores> steps, int totalSteps, Optional<StepScores> main, List<ViewScore> secondOpinions) {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if a run has no steps at all
     */
    public Evidence {
        steps = List.copyOf(steps);
        secondOpinions = List.copyOf(secondOpinions);
        if (totalSteps < 1) {
            throw new IllegalArgumentException("a run must have at least 1 step but had " + totalSteps);
        }
    }

    /** Makes evidence without second opinions. */
    public Evidence(List<StepScores> steps, int totalSteps, Optional<StepScores> main) {
        this(steps, totalSteps, main, List.of());
    }

    /** Makes evidence whose last record, if there is one, is step T. */
    public Evidence(List<StepScores> steps, Optional<StepScores> main) {
        this(steps, steps.isEmpty() ? 1 : steps.get(steps.size() - 1).step(), main);
    }

    /** Returns all records, the steps first. */
    public List<StepScores> all() {
        return Stream.concat(steps.stream(), main.stream()).toList();
    }

    /** Returns the record of step T, if it is there. */
    public Optional<StepScores> last() {
        return steps.stream().filter(record -> record.step() == totalSteps).findFirst();
    }

    /** Returns whether the steps come from the shadow run. */
    public boolean isShadow() {
        return !steps.isEmpty() && steps.get(0).run() == TaskKind.SHADOW;
    }

    /** Returns whether a second opinion calls for an audit (SF-14.5). */
    public boolean isSuspicious() {
        return secondOpinions.stream().anyMatch(ViewScore::harmful);
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
