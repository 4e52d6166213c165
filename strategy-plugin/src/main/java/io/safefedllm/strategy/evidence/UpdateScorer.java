package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.List;

/** Scores an update with every configured view of the probe, in the order of the views (SF-7.3). */
@FunctionalInterface
public interface UpdateScorer {
    /** Returns one score a view; the same update always gives the same scores. */
    List<ViewScore> score(LoraUpdate update);
}
