package io.safefedllm.strategy.journal;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.model.ProbeScore;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientLine.ScoredView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes the evidence of a client from the scores of its line. */
final class WrittenEvidence {
    private WrittenEvidence() {}

    /**
     * Returns the evidence, nothing where nothing was scored. Where a shadow run was asked for, its records are the steps, be it
     * that there are none, and the main run stands beside them.
     */
    static Optional<Evidence> of(ClientLine client) {
        List<StepScores> main = steps(client, TaskKind.MAIN);
        List<StepScores> shadow = steps(client, TaskKind.SHADOW);
        if (main.isEmpty() && shadow.isEmpty()) {
            return Optional.empty();
        }
        int total = client.claim().totalSteps();
        return Optional.of(
                client.claim().shadowAsked()
                        ? new Evidence(shadow, total, main.stream().findFirst())
                        : new Evidence(main, total, Optional.empty()));
    }

    private static List<StepScores> steps(ClientLine client, TaskKind run) {
        Map<Integer, List<ViewScore>> steps = new TreeMap<>();
        for (ScoredView view : client.claim().views()) {
            if (view.run() == run) {
                steps.computeIfAbsent(view.step(), any -> new ArrayList<>()).add(score(view));
            }
        }
        return steps.entrySet().stream()
                .map(step -> new StepScores(run, step.getKey(), step.getValue()))
                .toList();
    }

    /** A length is not written down and no policy looks at one. */
    private static ViewScore score(ScoredView view) {
        return new ViewScore(
                view.view(), Double.NaN, view.z(), new ProbeScore(view.p()), view.threshold(), view.harmful());
    }
}
