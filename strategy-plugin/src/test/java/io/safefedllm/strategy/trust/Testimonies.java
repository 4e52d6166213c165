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
    static final double THRESHOLD = 0.8;
    static final long SAMPLES = 160;

    private Testimonies() {}

    static Testimony ok(Evidence evidence) {
        return new Testimony(ServerRound.first(), 5, ReplyCode.OK, SAMPLES, true, Optional.of(evidence));
    }

    static Testimony violation(long node, ReplyCode code) {
        return new Testimony(ServerRound.first(), node, code, 0, true, Optional.empty());
    }

    /** A shadow run that was asked for, with one score a step. */
    static Testimony scored(long node, double... scores) {
        return scored(ServerRound.first(), node, scores);
    }

    static Testimony scored(ServerRound round, long node, double... scores) {
        Evidence evidence = new Evidence(steps(scores), Optional.empty());
        return new Testimony(round, node, ReplyCode.OK, SAMPLES, true, Optional.of(evidence));
    }

    /** The submitted update only; no shadow run was asked for. */
    static Testimony submitted(ServerRound round, long node, double score) {
        Evidence evidence = new Evidence(List.of(step(TaskKind.MAIN, 1, score)), Optional.empty());
        return new Testimony(round, node, ReplyCode.OK, SAMPLES, false, Optional.of(evidence));
    }

    static Testimony beside(double shadow, double main) {
        return ok(new Evidence(steps(shadow), Optional.of(step(TaskKind.MAIN, 1, main))));
    }

    /** A submitted update with its logit of the view that the adapter level reads. */
    static Testimony logit(long node, double z) {
        ViewScore view = new ViewScore("all_b", 1.0, z, ProbeScore.ofLogit(z), THRESHOLD, false);
        StepScores record = new StepScores(TaskKind.MAIN, 1, List.of(view));
        return new Testimony(
                ServerRound.first(),
                node,
                ReplyCode.OK,
                SAMPLES,
                false,
                Optional.of(new Evidence(List.of(record), Optional.empty())));
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
