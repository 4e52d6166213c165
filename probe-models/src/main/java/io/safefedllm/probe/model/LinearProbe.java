package io.safefedllm.probe.model;

import io.safefedllm.probe.feature.FeatureExtractor;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.feature.Normalisation;
import java.util.Arrays;

/**
 * A linear classifier over the feature of one view: z = a · x + c (SF-2.1).
 *
 * <p>D + 1 binary32 parameters, all finite. Immutable and thread-safe. Two probes are equal when their keys, normalisation
 * and all parameters are.
 *
 * <p>Safe-FedLLM, "LoRA-Probe".
 */
public final class LinearProbe {
    private final FeatureKeys keys;
    private final Normalisation normalisation;
    private final float[] weights;
    private final float bias;

    private LinearProbe(FeatureKeys keys, Normalisation normalisation, float[] weights, float bias) {
        this.keys = keys;
        this.normalisation = normalisation;
        this.weights = weights;
        this.bias = bias;
        if (weights.length != keys.dimension()) {
            throw new IllegalArgumentException("a probe for view "
                    + keys.selector().key() + " needs " + keys.dimension() + " weights but got " + weights.length);
        }
        boolean finite = Float.isFinite(bias);
        for (float weight : weights) {
            finite &= Float.isFinite(weight);
        }
        if (!finite) {
            throw new IllegalArgumentException("the parameters of a probe must be finite");
        }
    }

    /**
     * Makes a probe from a copy of {@code weights}, which follow the order of {@code keys}.
     *
     * @throws IllegalArgumentException if there are not exactly D weights, or a parameter is not finite
     */
    public static LinearProbe copyOf(FeatureKeys keys, Normalisation normalisation, float[] weights, float bias) {
        return new LinearProbe(keys, normalisation, weights.clone(), bias);
    }

    /** Returns which tensors the probe reads, in which order. */
    public FeatureKeys keys() {
        return keys;
    }

    /** Returns what is done to the length of the feature. */
    public Normalisation normalisation() {
        return normalisation;
    }

    /** Returns what computes the features of this probe. */
    public FeatureExtractor extractor() {
        return new FeatureExtractor(keys, normalisation);
    }

    /** Returns a copy of the D weights a. */
    public float[] weights() {
        return weights.clone();
    }

    /** Returns the bias c. */
    public float bias() {
        return bias;
    }

    /**
     * Returns the logit z, accumulated in binary64 in the order of the elements.
     *
     * @throws IllegalArgumentException if the feature does not have D elements
     */
    public double logit(FeatureVector feature) {
        if (feature.dimension() != weights.length) {
            throw new IllegalArgumentException(
                    "the probe needs a feature of " + weights.length + " elements but got " + feature.dimension());
        }
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += (double) weights[i] * feature.at(i);
        }
        return sum + bias;
    }

    /** Returns sigma(z) of {@link #logit}, rounded to binary32. */
    public ProbeScore score(FeatureVector feature) {
        return ProbeScore.ofLogit(logit(feature));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinearProbe probe
                && keys.equals(probe.keys)
                && normalisation == probe.normalisation
                && bias == probe.bias
                && Arrays.equals(weights, probe.weights);
    }

    @Override
    public int hashCode() {
        return 31 * keys.hashCode() + Arrays.hashCode(weights);
    }

    @Override
    public String toString() {
        return "LinearProbe[" + keys.selector().key() + ", " + weights.length + " weights]";
    }
}
