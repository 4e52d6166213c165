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
     * Returns the d / 2 frequencies of a head of width d, falling, scaled if the checkpoint asks for it; in float32, as the reference
     * computes them.
     */
    public float[] inverseFrequencies(int headDim) {
        float[] frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float exponent = (2f * i) / headDim;
            float frequency = 1f / (float) Math.pow((float) theta, exponent);
            frequencies[i] = scaling.map(s -> scaled(frequency, s)).orElse(frequency);
        }
        return frequencies;
    }

    /** Llama 3: keeps short wavelengths, divides the frequency of long ones by the factor, interpolates between. */
    public static float scaled(float frequency, Llama3Scaling s) {
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength < s.originalPositions() / s.highFrequencyFactor()) {
            return frequency;
        }
        if (wavelength > s.originalPositions() / s.lowFrequencyFactor()) {
            return (float) (frequency / s.factor());
        }
        double t = (s.originalPositions() / wavelength - s.lowFrequencyFactor())
                / (s.highFrequencyFactor() - s.lowFrequencyFactor());
        return (float) ((1 - t) * frequency / s.factor() + t * frequency);
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
