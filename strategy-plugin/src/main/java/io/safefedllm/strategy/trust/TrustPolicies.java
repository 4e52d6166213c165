package io.safefedllm.strategy.trust;

import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.strategy.evidence.Evidence;
import io.safefedllm.strategy.evidence.StepScores;

/** The door to the policies of the levels. */
public final class TrustPolicies {
    private TrustPolicies() {}

    /** Returns the policy of a level. */
    public static TrustPolicy of(Level level, TrustSettings settings) {
        return switch (level) {
            case NONE -> TrustPolicies::equal;
            case CLIENT -> (testimony, ledger) -> client(testimony, ledger, settings);
            case SHADOW -> (testimony, ledger) -> shadow(testimony, settings);
        };
    }

    /** SF-4.9: every client that broke no rule counts in full. */
    private static Verdict equal(Testimony testimony, TrustLedger ledger) {
        return testimony.code().isViolation() ? Verdict.harmful(1.0) : Verdict.trusted(SecurityWeight.FULL);
    }

    /** SF-4.3 with SF-7.3: the smaller of this round's raw weight and the running mean, 0 for a harmful round. */
    private static Verdict client(Testimony testimony, TrustLedger ledger, TrustSettings settings) {
        double score = testimony.usableEvidence().map(TrustPolicies::lastScore).orElse(1.0);
        double raw = LevelCurves.clientRaw(score, settings.slope());
        double mean = ledger.addRaw(testimony.nodeId(), raw).value();
        return testimony
                .usableEvidence()
                .map(evidence -> judge(evidence, Math.min(raw, mean), settings))
                .orElse(Verdict.harmful(1.0));
    }

    /** SF-4.4 with SF-7.3: (1 - r)^eta, 0 for a harmful round. Nothing is remembered. */
    private static Verdict shadow(Testimony testimony, TrustSettings settings) {
        return testimony
                .usableEvidence()
                .map(evidence -> judge(evidence, LevelCurves.shadow(harmfulShare(evidence), settings.eta()), settings))
                .orElse(Verdict.harmful(1.0));
    }

    /** SF-7.3c and d: a harmful step T or too large a share of harmful steps bars the client from the round. */
    private static Verdict judge(Evidence evidence, double levelWeight, TrustSettings settings) {
        double share = harmfulShare(evidence);
        if (isLastHarmful(evidence) || share >= settings.harmfulShare()) {
            return Verdict.harmful(share);
        }
        double weight = Math.max(levelWeight, settings.minWeight());
        return new Verdict(false, share, levelWeight, new SecurityWeight(weight));
    }

    /** The share of harmful steps; step T is harmful if its record or the submitted update is. */
    private static double harmfulShare(Evidence evidence) {
        int last = evidence.steps().size() - 1;
        long harmful = evidence.steps().subList(0, last).stream()
                .filter(StepScores::isHarmful)
                .count();
        return (double) (harmful + (isLastHarmful(evidence) ? 1 : 0))
                / evidence.steps().size();
    }

    private static boolean isLastHarmful(Evidence evidence) {
        StepScores last = evidence.steps().get(evidence.steps().size() - 1);
        return last.isHarmful() || evidence.main().map(StepScores::isHarmful).orElse(false);
    }

    /** The largest scaled score of step T over all views, of the submitted update too where it is scored (SF-7.3b, e). */
    private static double lastScore(Evidence evidence) {
        double last = scaled(evidence.steps().get(evidence.steps().size() - 1));
        return Math.max(last, evidence.main().map(TrustPolicies::scaled).orElse(0.0));
    }

    private static double scaled(StepScores step) {
        double largest = 0.0;
        for (ViewScore view : step.views()) {
            largest = Math.max(largest, view.score().scaledFor(view.threshold()));
        }
        return largest;
    }
}
