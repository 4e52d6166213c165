package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;
import java.util.OptionalInt;

/**
 * How the levels turn scores into weights.
 *
 * @param timeDecay what the step level keeps of its past in a participation, in [0, 1] (SF-4.2)
 * @param priorAlpha benign samples that the step level starts with, positive
 * @param priorBeta harmful samples that the step level starts with, positive
 * @param slope steepness of the client level's curve, positive (SF-4.3)
 * @param eta exponent of the shadow and evidence levels' suppression, positive (SF-4.4)
 * @param harmfulShare share of harmful steps from which on a round counts as harmful, in (0, 1] (SF-7.3c)
 * @param freezeRound the number of rounds after which the states of step and client level stay as they are, at least 0;
 *     nothing for never (SF-4.6)
 */
public record LevelSettings(
        double timeDecay,
        double priorAlpha,
        double priorBeta,
        double slope,
        double eta,
        double harmfulShare,
        OptionalInt freezeRound) {
    /** The hardened values. */
    public static final LevelSettings DEFAULTS = new LevelSettings(0.95, 1.0, 1.0, 10.0, 7.0, 0.5, OptionalInt.empty());

    /** The authors' values. */
    public static final LevelSettings PAPER_FAITHFUL = DEFAULTS.withFreezeRound(OptionalInt.of(20));

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public LevelSettings {
        Ranges.fraction("time decay", timeDecay);
        Ranges.positive("prior alpha", priorAlpha);
        Ranges.positive("prior beta", priorBeta);
        Ranges.positive("slope", slope);
        Ranges.positive("eta", eta);
        Ranges.positiveFraction("harmful share", harmfulShare);
        freezeRound.ifPresent(round -> Ranges.atLeast("freeze round", 0, round));
    }

    /** Returns these settings with another freeze round. */
    public LevelSettings withFreezeRound(OptionalInt round) {
        return new LevelSettings(timeDecay, priorAlpha, priorBeta, slope, eta, harmfulShare, round);
    }

    /** Returns whether the states of step and client level still learn in a round (SF-4.6). */
    boolean learnsIn(ServerRound round) {
        return freezeRound.isEmpty() || round.number() - 1 < freezeRound.getAsInt();
    }
}
