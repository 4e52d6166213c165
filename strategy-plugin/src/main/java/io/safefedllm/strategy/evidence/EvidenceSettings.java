package io.safefedllm.strategy.evidence;

import java.util.OptionalDouble;

/**
 * Where evidence comes from and what is scored.
 *
 * @param source who makes the records (SF-13.1)
 * @param dispatch whether the level looks at a shadow run, so that nodes get a shadow task beside the main task
 * @param alsoMain whether the submitted update is scored beside the shadow update (SF-7.3e)
 * @param shadowLearningRate the rate that a shadow task names, positive; nothing leaves it to the client's round 1
 */
public record EvidenceSettings(
        EvidenceSource source, boolean dispatch, boolean alsoMain, OptionalDouble shadowLearningRate) {
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

    /** Makes settings with source {@link EvidenceSource#AUTO}. */
    public EvidenceSettings(boolean dispatch, boolean alsoMain, OptionalDouble shadowLearningRate) {
        this(EvidenceSource.AUTO, dispatch, alsoMain, shadowLearningRate);
    }
}
