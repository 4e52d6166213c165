package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.List;

/**
 * Looks at a submitted update in ways that are too unsure for a weight: the largest score of a single layer, and the view
 * that does not depend on the seed of the LoRA A matrices (SF-14.5). A harmful one is a reason to audit, nothing more.
 */
@FunctionalInterface
public interface SecondOpinions {
    /** No second opinion. */
    SecondOpinions NONE = update -> List.of();

    /** Returns one score a look; the same update always gives the same scores. */
    List<ViewScore> of(LoraUpdate update);
}
