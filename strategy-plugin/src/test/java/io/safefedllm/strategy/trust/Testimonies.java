package io.safefedllm.strategy.trust;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Testimonies for tests; the threshold is 0.8. */
final class Testimonies {
    private static final double THRESHOLD = 0.8;

    private Testimonies() {}

    static Testimony ok(Evidence evidence) {
        return new Testimony(ServerRound.first(), 5, ReplyCode.OK, Optional.of(evidence));
    }

    static Testimony violation(long node, ReplyCode code) {
        return new Testimony(ServerRound.first(), node, code, Optional.empty());
    }

    static Testimony scored(long node, double... scores) {
        return new Testimony(
                ServerRound.first(), node, ReplyCode.OK, Optional.of(new Evidence(steps(scores), Optional.empty())));
    }

    static Testimony beside(double shadow, double main) {
        return ok(new Evidence(steps(shadow), Optional.of(step(TaskKind.MAIN, 1, main))));
    }

    static List<StepScores> steps(double... scores) {
        List<StepScores> steps = new ArrayList<>();
        for (double score : scores) {
            steps.add(step(TaskKind.SHADOW, steps.size() + 1, score));
        }
        return steps;
    }

    static StepScores step(TaskKind run, int step, double... views) {
        List<ViewScore> scores = new ArrayList<>();
        for (double view : views) {
            scores.add(new ViewScore(
                    "view" + scores.size(), 1.0, 0.0, new ProbeScore(view), THRESHOLD, view >= THRESHOLD));
        }
        return new StepScores(run, step, scores);
    }
}
