package io.safefedllm.client.checkpoint;

import java.util.Optional;

/**
 * Rotary position embedding: the base of the angles and the optional frequency scaling of Llama 3.
 *
 * @param theta base of the geometric series of frequencies
 * @param scaling present when the checkpoint asks for {@code rope_type} llama3
 */
public record RotarySettings(double theta, Optional<Llama3Scaling> scaling) {
    /** Base used when config.json names none. */
    public static final double DEFAULT_THETA = 10000.0;

    /** Refuses a base that is not a positive finite number. */
    public RotarySettings {
        if (!(theta > 0.0 && theta < Double.POSITIVE_INFINITY)) {
            throw new CheckpointException("rope_theta must be positive but was " + theta);
        }
    }

    /** Plain rotary embedding with base {@code theta}. */
    public static RotarySettings of(double theta) {
        return new RotarySettings(theta, Optional.empty());
    }

    /**
     * Stretches long wavelengths, as Llama 3.1 and later do; LORA-TRAINER section 2.
     *
     * @param factor divisor of low frequencies
     * @param lowFrequencyFactor wavelengths over {@code originalPositions / lowFrequencyFactor} are stretched fully
     * @param highFrequencyFactor wavelengths under {@code originalPositions / highFrequencyFactor} are kept
     * @param originalPositions context length before stretching
     */
    public record Llama3Scaling(
            double factor, double lowFrequencyFactor, double highFrequencyFactor, double originalPositions) {
        /** Refuses values for which the interpolation between the bands has no meaning. */
        public Llama3Scaling {
            if (!(factor > 0 && lowFrequencyFactor > 0 && originalPositions > 0)) {
                throw new CheckpointException("llama3 rope scaling needs positive factor, low_freq_factor and"
                        + " original_max_position_embeddings but had " + factor + ", " + lowFrequencyFactor + ", "
                        + originalPositions);
            }
            if (!(highFrequencyFactor > lowFrequencyFactor)) {
                throw new CheckpointException("high_freq_factor " + highFrequencyFactor
                        + " must be above low_freq_factor " + lowFrequencyFactor);
            }
        }
    }
}
