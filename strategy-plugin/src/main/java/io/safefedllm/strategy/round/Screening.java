package io.safefedllm.strategy.round;

import io.safefedllm.strategy.evidence.UpdateScorer;
import io.safefedllm.strategy.gate.ViewNorm;
import java.util.List;

/**
 * What a probe contributes to a run: scores, and a measure for each of its views that holds lora_B tensors.
 *
 * @param scorer scores updates; stays the caller's to close
 * @param viewNorms for the gate's test of unchanged adapters (SF-7.1, code 11)
 */
public record Screening(UpdateScorer scorer, List<ViewNorm> viewNorms) {
    /** Copies the list. */
    public Screening {
        viewNorms = List.copyOf(viewNorms);
    }

    /** Returns what a run without a probe has: no views, and no score for anything. */
    public static Screening none() {
        return new Screening(update -> List.of(), List.of());
    }
}
