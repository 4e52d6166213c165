package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.gate.Copied;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One client's part in a round as every level sees it: counts and verdicts in place of scores.
 *
 * @param round the round
 * @param violation whether nothing of the reply counts (SF-7.1)
 * @param copied whether the update is the work of somebody else, which makes the round harmful whatever its scores are
 * @param harmfulSteps steps with a harmful verdict, up to {@code totalSteps}
 * @param totalSteps T, at least 1
 * @param last step T
 * @param samples n
 * @param audited whether a shadow run was demanded
 * @param reasons what was found
 */
record Participation(
        ServerRound round,
        boolean violation,
        boolean copied,
        int harmfulSteps,
        int totalSteps,
        LastStep last,
        double samples,
        boolean audited,
        List<TrustReason> reasons) {

    /**
     * Step T of a client.
     *
     * @param recorded whether there is a record of it (SF-4.11)
     * @param harmful whether any view is harmful, of the submitted update too where it is scored
     * @param score the largest score of the views, in [0, 1]; 1 without a record (SF-4.3)
     * @param scaled the largest scaled score of the views (SF-7.3b), in [0, 1]; 1 without a record
     */
    record LastStep(boolean recorded, boolean harmful, double score, double scaled) {
        /** No record of step T: the levels differ in what they make of it. */
        static final LastStep MISSING = new LastStep(false, false, 1.0, 1.0);

        /** The last step of a violation. */
        static final LastStep WORST = new LastStep(true, true, 1.0, 1.0);
    }

    Participation {
        reasons = List.copyOf(reasons);
    }

    /** Returns a participation that breaks a rule: r = 1, s = 1, n = b * T (SF-7.3d). */
    static Participation violation(Testimony testimony, LocalRecipe recipe, TrustReason reason) {
        return new Participation(
                testimony.round(),
                true,
                false,
                1,
                1,
                LastStep.WORST,
                recipe.rows(),
                testimony.shadowAsked(),
                List.of(reason));
    }

    /** Returns this participation with what the gate says of the update's maker. */
    Participation withMaker(Optional<Copied> maker) {
        if (maker.isEmpty() || violation) {
            return this;
        }
        List<TrustReason> found = new ArrayList<>();
        found.add(maker.get() == Copied.STEP ? TrustReason.SERVER_STEP : TrustReason.COPY);
        found.addAll(reasons);
        return new Participation(round, false, true, harmfulSteps, totalSteps, last, samples, audited, found);
    }

    /** Returns r, the share of harmful steps, in [0, 1] (SF-7.3a). */
    double stepShare() {
        return (double) harmfulSteps / totalSteps;
    }

    /**
     * Returns h, the harmful samples: those of the harmful steps, at most n (SF-4.1). Where a round has one record for all
     * its steps, the record stands for the samples of all.
     */
    double harmfulSamples(LocalRecipe recipe) {
        return Math.min(samples, harmfulSteps * (recipe.rows() / totalSteps));
    }

    /** Returns r, the share of harmful samples, in [0, 1]; 0 without samples (SF-4.1). */
    double sampleShare(LocalRecipe recipe) {
        return samples > 0 ? harmfulSamples(recipe) / samples : 0.0;
    }

    /** Returns B, whether the round counts as harmful (SF-7.3c). */
    boolean isHarmful(double harmfulShare) {
        return violation || copied || last.harmful() || stepShare() >= harmfulShare;
    }
}
