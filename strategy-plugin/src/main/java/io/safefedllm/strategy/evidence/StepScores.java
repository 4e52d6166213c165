package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;

/**
 * The scores of one step of one training run.
 *
 * @param run which run of the client
 * @param step from 1
 * @param views one score a view
 */
public record StepScores(TaskKind run, int step, List<ViewScore> views) {
    /** Copies the list. */
    public StepScores {
        views = List.copyOf(views);
    }

    /** Returns whether any view is harmful (SF-7.3a). */
    public boolean isHarmful() {
        return views.stream().anyMatch(ViewScore::harmful);
    }
}
