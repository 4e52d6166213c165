package io.safefedllm.strategy.trust;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads the testimonies of a round at the adapter level: each reply's logit of the view {@code all_b} beside those of the
 * others (SF-14).
 *
 * <p>A reply is admitted if it broke no rule and has a logit. Where a second opinion demanded a shadow run, its last step
 * counts too, at the thresholds of the views.
 */
final class AdapterReader implements RoundReader {
    private final TrustSettings settings;
    private final AdapterCut cut;

    AdapterReader(TrustSettings settings, AdapterCut cut) {
        this.settings = settings;
        this.cut = cut;
    }

    @Override
    public List<Participation> read(List<Testimony> round) {
        double[] logits = round.stream()
                .map(this::logit)
                .flatMapToDouble(OptionalDouble::stream)
                .toArray();
        List<Participation> participations = new ArrayList<>();
        if (logits.length == 0) {
            round.forEach(testimony -> participations.add(read(testimony, Double.POSITIVE_INFINITY)));
            return participations;
        }
        double limit = cut.of(round.get(0).round(), logits);
        round.forEach(testimony -> participations.add(read(testimony, limit)));
        return participations;
    }

    private OptionalDouble logit(Testimony testimony) {
        if (testimony.code().isViolation()) {
            return OptionalDouble.empty();
        }
        return testimony
                .evidence()
                .flatMap(AdapterReader::submitted)
                .flatMap(AdapterReader::allLayers)
                .map(view -> OptionalDouble.of(view.z()))
                .orElse(OptionalDouble.empty());
    }

    /** The record of the submitted update: beside the steps, or the last of the main run. */
    private static Optional<StepScores> submitted(Evidence evidence) {
        Optional<StepScores> last = evidence.steps().stream()
                .filter(step -> step.run() == TaskKind.MAIN)
                .reduce((first, second) -> second);
        return evidence.main().or(() -> last);
    }

    private static Optional<ViewScore> allLayers(StepScores record) {
        return record.views().stream()
                .filter(view -> view.view().equals(ViewSelector.ALL_B.key()))
                .findFirst();
    }

    private Participation read(Testimony testimony, double limit) {
        if (testimony.code().isViolation()) {
            return Participation.violation(testimony, settings.recipe(), TrustReason.VIOLATION);
        }
        OptionalDouble logit = logit(testimony);
        Optional<StepScores> audit = testimony
                .evidence()
                .filter(Witness::hasAllSteps)
                .filter(Witness::isShadow)
                .flatMap(Witness::lastRecord);
        boolean missing = logit.isEmpty() || (testimony.shadowAsked() && audit.isEmpty());
        if (missing && settings.evidencePolicy() == EvidencePolicy.REJECT) {
            return Participation.violation(testimony, settings.recipe(), TrustReason.NO_EVIDENCE);
        }
        boolean above = logit.isPresent() && logit.getAsDouble() > limit;
        boolean auditFailed = audit.map(StepScores::isHarmful).orElse(false);
        return describe(testimony, logit.isPresent(), above, auditFailed);
    }

    private static Participation describe(Testimony testimony, boolean recorded, boolean above, boolean auditFailed) {
        boolean harmful = above || auditFailed;
        List<TrustReason> reasons = new ArrayList<>();
        if (!recorded) {
            reasons.add(TrustReason.NO_RECORD);
        }
        if (above) {
            reasons.add(TrustReason.ADAPTER_SCORE);
        }
        if (auditFailed) {
            reasons.add(TrustReason.LAST_STEP);
        }
        double score = harmful ? 1.0 : 0.0;
        return new Participation(
                testimony.round(),
                false,
                false,
                harmful ? 1 : 0,
                1,
                new Participation.LastStep(recorded, harmful, score, score),
                testimony.numExamples(),
                testimony.shadowAsked(),
                reasons);
    }
}
