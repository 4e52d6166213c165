package io.safefedllm.golden;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.ArrayList;
import java.util.List;

/** Step records of vectors that state how many steps are harmful and what the last one scored. */
final class Steps {
    private Steps() {}

    /** Returns {@code total} records of a shadow run; the first {@code harmful} of them count as harmful. */
    static List<StepScores> of(int total, int harmful, double lastScore, double threshold) {
        boolean lastHarmful = (harmful > 0 && lastScore >= threshold) || harmful == total;
        int earlier = harmful - (lastHarmful ? 1 : 0);
        List<StepScores> steps = new ArrayList<>();
        for (int step = 1; step < total; step++) {
            boolean bad = step <= earlier;
            steps.add(record(step, bad ? 1.0 : 0.0, threshold, bad));
        }
        steps.add(record(total, lastScore, threshold, lastHarmful));
        return steps;
    }

    private static StepScores record(int step, double score, double threshold, boolean harmful) {
        return new StepScores(
                TaskKind.SHADOW,
                step,
                List.of(new ViewScore("first_b", 1.0, 0.0, new ProbeScore(score), threshold, harmful)));
    }
}
