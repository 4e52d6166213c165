package io.safefedllm.strategy.evidence;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.gate.Admission;
import io.safefedllm.strategy.gate.ReportRules;
import io.safefedllm.strategy.gate.ReportedSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scores what the level looks at: the submitted update, the shadow update and beside it the submitted one, or the local
 * steps that the client reported.
 *
 * <p>Reply and dispatch give one record each: step 1 of T = 1 (SF-13.1). Both are made of bytes that the server received
 * itself, so they are complete by construction. A report gives one record a step; the gate has bound it to the reply.
 * Every view of every step is scored here: scores that a client made are not even read.
 */
public final class EvidenceCollector {
    private final EvidenceSettings settings;
    private final Optional<ReportRules> reports;
    private final UpdateScorer scorer;
    private final SecondOpinions secondOpinions;

    /** Makes a collector that knows no reports and has no second opinions; the scorer stays the caller's to close. */
    public EvidenceCollector(EvidenceSettings settings, UpdateScorer scorer) {
        this(settings, Optional.empty(), scorer, SecondOpinions.NONE);
    }

    /**
     * Makes a collector.
     *
     * @param reports the gate's rules for reported steps, where they are evidence
     * @param scorer stays the caller's to close
     */
    public EvidenceCollector(
            EvidenceSettings settings,
            Optional<ReportRules> reports,
            UpdateScorer scorer,
            SecondOpinions secondOpinions) {
        this.settings = settings;
        this.reports = reports.filter(rules -> settings.source().readsReports());
        this.scorer = scorer;
        this.secondOpinions = secondOpinions;
    }

    /** Scores the steps that a reply reports, one after the other; nothing of the reply is kept. */
    public RunScores score(TaskKind run, ReportedSteps reported) {
        boolean due = reports.map(rules -> rules.requires(run)).orElse(false);
        if (!reported.carried() && !due) {
            return RunScores.NONE;
        }
        List<StepScores> scores = new ArrayList<>();
        for (int step : reported.steps()) {
            scores.add(new StepScores(run, step, scorer.score(reported.update(step))));
        }
        return new RunScores(true, reports.map(ReportRules::totalSteps).orElse(1), scores);
    }

    /**
     * Returns the second opinions on a submitted update, for those who decide about an audit before the round's end; none on
     * one that is not finite, which only a gate that trusts lets through.
     */
    public List<ViewScore> secondOpinions(LoraUpdate update) {
        return update.isFinite() ? secondOpinions.of(update) : List.of();
    }

    /** Returns the evidence of an admitted client that reported nothing. */
    public Evidence collect(Admission.Admitted admitted) {
        return collect(admitted, settings.dispatch(), RunScores.NONE, RunScores.NONE);
    }

    /** Returns the evidence of an admitted client, with second opinions made here. */
    public Evidence collect(Admission.Admitted admitted, boolean shadowAsked, RunScores main, RunScores shadow) {
        return collect(admitted, shadowAsked, main, shadow, secondOpinions(admitted.update()));
    }

    /**
     * Returns the evidence of an admitted client: without steps where a run was due and nothing of it can be scored.
     *
     * @param shadowAsked whether the client had a shadow task this round; without one the records come from the main run
     *     (SF-7.10)
     * @param main what was reported of the main run
     * @param shadow what was reported of the shadow run
     * @param opinions those on the submitted update; they are dear, so they are made once
     */
    public Evidence collect(
            Admission.Admitted admitted,
            boolean shadowAsked,
            RunScores main,
            RunScores shadow,
            List<ViewScore> opinions) {
        RunScores run = shadowAsked ? shadow : main;
        Optional<LoraUpdate> own = shadowAsked ? admitted.shadow() : Optional.of(admitted.judged());
        List<StepScores> steps = run.reported()
                ? run.steps()
                : own.map(update -> score(shadowAsked ? TaskKind.SHADOW : TaskKind.MAIN, update)).stream()
                        .toList();
        Optional<StepScores> beside = shadowAsked && settings.alsoMain()
                ? Optional.of(score(TaskKind.MAIN, admitted.update()))
                : Optional.empty();
        return new Evidence(steps, run.reported() ? run.totalSteps() : 1, beside, opinions);
    }

    private StepScores score(TaskKind run, LoraUpdate update) {
        return new StepScores(run, 1, scorer.score(update));
    }
}
