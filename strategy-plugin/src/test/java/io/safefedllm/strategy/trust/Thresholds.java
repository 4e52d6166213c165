package io.safefedllm.strategy.trust;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;

/** Records of views with a threshold of their own. */
final class Thresholds {
    private Thresholds() {}

    static StepScores step(double score, double threshold) {
        return new StepScores(
                TaskKind.MAIN,
                1,
                List.of(new ViewScore("view", 1.0, 0.0, new ProbeScore(score), threshold, score >= threshold)));
    }
}
