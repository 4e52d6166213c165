package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Admission;
import java.util.List;
import java.util.Optional;

/**
 * Scores what the level looks at: the submitted update, or the shadow update and beside it the submitted one.
 *
 * <p>Reply and dispatch give one record each: step 1 of T = 1 (SF-13.1). Both are made of bytes that the server received
 * itself, so they are complete by construction.
 */
public final class EvidenceCollector {
    private final EvidenceSettings settings;
    private final UpdateScorer scorer;

    /** Makes a collector; the scorer stays the caller's to close. */
    public EvidenceCollector(EvidenceSettings settings, UpdateScorer scorer) {
        this.settings = settings;
        this.scorer = scorer;
    }

    /** Returns the evidence of an admitted client; without steps where a shadow task was due and its update is not there. */
    public Evidence collect(Admission.Admitted admitted) {
        if (!settings.dispatch()) {
            return new Evidence(List.of(score(TaskKind.MAIN, admitted.update())), Optional.empty());
        }
        List<StepScores> steps = admitted.shadow().stream()
                .map(update -> score(TaskKind.SHADOW, update))
                .toList();
        Optional<StepScores> main =
                settings.alsoMain() ? Optional.of(score(TaskKind.MAIN, admitted.update())) : Optional.empty();
        return new Evidence(steps, main);
    }

    private StepScores score(TaskKind run, LoraUpdate update) {
        return new StepScores(run, 1, scorer.score(update));
    }
}
