package io.safefedllm.strategy.trust;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads testimonies of the levels that look at a client's own steps.
 *
 * <p>A violation stays one. Evidence that the level cannot do with is a violation too (code 9 of SF-7.1), or believed as
 * far as it goes with {@link EvidencePolicy#TRUST}.
 */
final class Witness implements RoundReader {
    private final Level level;
    private final TrustSettings settings;

    Witness(Level level, TrustSettings settings) {
        this.level = level;
        this.settings = settings;
    }

    @Override
    public List<Participation> read(List<Testimony> round) {
        return round.stream().map(this::read).toList();
    }

    private Participation read(Testimony testimony) {
        if (testimony.code().isViolation()) {
            return Participation.violation(testimony, settings.recipe(), TrustReason.VIOLATION);
        }
        Optional<Evidence> evidence = testimony.evidence();
        boolean complete =
                evidence.filter(found -> isComplete(found, testimony)).isPresent();
        if (!complete && settings.evidencePolicy() == EvidencePolicy.REJECT) {
            return Participation.violation(testimony, settings.recipe(), TrustReason.NO_EVIDENCE);
        }
        return describe(testimony, evidence.orElse(new Evidence(List.of(), Optional.empty())));
    }

    /** SF-7.1, code 9: the client level needs step T, the others all steps; the run must be the one that was asked for. */
    private boolean isComplete(Evidence evidence, Testimony testimony) {
        boolean shadowNeeded = level == Level.SHADOW || (level == Level.EVIDENCE && testimony.shadowAsked());
        return evidence.isUsable()
                && (!shadowNeeded || isShadow(evidence))
                && (level == Level.CLIENT ? lastRecord(evidence).isPresent() : hasAllSteps(evidence));
    }

    static boolean isShadow(Evidence evidence) {
        return evidence.steps().stream().allMatch(step -> step.run() == TaskKind.SHADOW);
    }

    static boolean hasAllSteps(Evidence evidence) {
        long distinct = evidence.steps().stream()
                .mapToInt(StepScores::step)
                .filter(step -> step >= 1 && step <= evidence.totalSteps())
                .distinct()
                .count();
        return distinct == evidence.totalSteps() && distinct == evidence.steps().size();
    }

    private Participation describe(Testimony testimony, Evidence evidence) {
        Optional<StepScores> record = lastRecord(evidence);
        boolean mainHarmful = evidence.main().map(Witness::reachesThreshold).orElse(false);
        boolean lastHarmful = record.map(Witness::reachesThreshold).orElse(false);
        int total = evidence.totalSteps();
        int harmfulSteps = harmfulSteps(evidence, record, mainHarmful);
        List<TrustReason> reasons = new ArrayList<>();
        addIf(reasons, record.isEmpty(), TrustReason.NO_RECORD);
        addIf(reasons, lastHarmful, TrustReason.LAST_STEP);
        addIf(reasons, mainHarmful, TrustReason.MAIN_RUN);
        addIf(reasons, (double) harmfulSteps / total >= settings.level().harmfulShare(), TrustReason.HARMFUL_SHARE);
        return new Participation(
                testimony.round(),
                false,
                false,
                harmfulSteps,
                total,
                lastStep(record, evidence.main()),
                testimony.numExamples(),
                testimony.shadowAsked(),
                reasons);
    }

    /** H: every harmful record counts once, and step T also where only the submitted update is harmful (SF-4.1, SF-7.3e). */
    private static int harmfulSteps(Evidence evidence, Optional<StepScores> last, boolean mainHarmful) {
        long harmful = evidence.steps().stream().filter(StepScores::isHarmful).count();
        boolean lastCounted = last.map(StepScores::isHarmful).orElse(false);
        return (int) Math.min(evidence.totalSteps(), harmful + (mainHarmful && !lastCounted ? 1 : 0));
    }

    /** L, read off the scores as the authors do (SF-4.5); with several views one is enough (SF-7.3a). */
    private static boolean reachesThreshold(StepScores record) {
        return record.views().stream().anyMatch(view -> view.score().isMaliciousAt(view.threshold()));
    }

    /** Step T with the submitted update beside it, where that is scored too: the worse of the two counts (SF-7.3e). */
    private static Participation.LastStep lastStep(Optional<StepScores> record, Optional<StepScores> main) {
        List<StepScores> runs = new ArrayList<>();
        record.ifPresent(runs::add);
        main.filter(scored -> !scored.views().isEmpty()).ifPresent(runs::add);
        if (runs.isEmpty()) {
            return Participation.LastStep.MISSING;
        }
        boolean harmful = false;
        double score = record.isPresent() ? 0.0 : 1.0;
        double scaled = score;
        for (StepScores run : runs) {
            harmful |= reachesThreshold(run);
            for (ViewScore view : run.views()) {
                score = Math.max(score, view.score().value());
                scaled = Math.max(scaled, view.score().scaledFor(view.threshold()));
            }
        }
        return new Participation.LastStep(record.isPresent(), harmful, score, scaled);
    }

    /** SF-4.11: the first scored record of step T. */
    static Optional<StepScores> lastRecord(Evidence evidence) {
        return evidence.steps().stream()
                .filter(step ->
                        step.step() == evidence.totalSteps() && !step.views().isEmpty())
                .findFirst();
    }

    private static void addIf(List<TrustReason> reasons, boolean applies, TrustReason reason) {
        if (applies) {
            reasons.add(reason);
        }
    }
}
