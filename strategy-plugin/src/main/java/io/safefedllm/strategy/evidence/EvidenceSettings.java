package io.safefedllm.strategy.evidence;

import java.util.OptionalDouble;

/**
 * Where evidence comes from and what is scored.
 *
 * @param dispatch whether every node gets a shadow task beside the main task (SF-13.1)
 * @param alsoMain whether the submitted update is scored beside the shadow update (SF-7.3e)
 * @param shadowLearningRate the rate that a shadow task names, positive; nothing leaves it to the client's round 1
 */
public record EvidenceSettings(boolean dispatch, boolean alsoMain, OptionalDouble shadowLearningRate) {
    /** The specification's switch for scoring the submitted update too. */
    public static final boolean DEFAULT_ALSO_MAIN = true;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the rate is not positive and finite
     */
    public EvidenceSettings {
        if (shadowLearningRate.isPresent()) {
            double rate = shadowLearningRate.getAsDouble();
            if (!(rate > 0.0 && rate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("shadow learning rate must be positive and finite but was " + rate);
            }
        }
    }
}
