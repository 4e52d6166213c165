package io.safefedllm.strategy.round;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.strategy.evidence.SecondOpinions;
import io.safefedllm.strategy.evidence.UpdateScorer;
import io.safefedllm.strategy.gate.ViewNorm;
import java.util.List;
import java.util.Optional;

/**
 * What a probe contributes to a run: scores, and a measure for each of its views that holds lora_B tensors.
 *
 * @param scorer scores updates; stays the caller's to close
 * @param viewNorms for the gate's test of unchanged adapters (SF-7.1, code 11)
 * @param secondOpinions other looks at submitted updates (SF-14.5)
 * @param reported the tensors and the name of the probe that reported evidence must have; nothing where the scorer cannot
 *     score parts of an update, so that reports are not read
 */
public record Screening(
        UpdateScorer scorer, List<ViewNorm> viewNorms, SecondOpinions secondOpinions, Optional<Reported> reported) {

    /**
     * What evidence of local steps is made of.
     *
     * @param keys the tensors that the views read, in the order of SF-1.4
     * @param probeSha256 digest of the probe
     */
    public record Reported(AdapterLayout keys, String probeSha256) {}

    /** Copies the list. */
    public Screening {
        viewNorms = List.copyOf(viewNorms);
    }

    /** Makes a part without second opinions, which does not read reports. */
    public Screening(UpdateScorer scorer, List<ViewNorm> viewNorms) {
        this(scorer, viewNorms, SecondOpinions.NONE, Optional.empty());
    }

    /** Returns what a run without a probe has: no views, and no score for anything. */
    public static Screening none() {
        return new Screening(update -> List.of(), List.of());
    }
}
