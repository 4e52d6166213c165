package io.safefedllm.probe.model;

import io.safefedllm.probe.feature.FeatureVector;
import io.safefedllm.probe.feature.GramExtractor;
import io.safefedllm.probe.feature.GramKeys;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.Arrays;

/**
 * A linear classifier that holds for adapters with another LoRA-A than those it was trained on (SF-14.5). It never decides a
 * weight; it asks for an audit.
 *
 * <p>Immutable and thread-safe. Two are equal when all their parts are.
 */
public final class SeedInvariantProbe {
    private final GramKeys keys;
    private final float[] weights;
    private final float bias;
    private final double threshold;

    private SeedInvariantProbe(GramKeys keys, float[] weights, float bias, double threshold) {
        this.keys = keys;
        this.weights = weights;
        this.bias = bias;
        this.threshold = threshold;
        boolean finite = Float.isFinite(bias);
        for (float weight : weights) {
            finite &= Float.isFinite(weight);
        }
        if (weights.length != keys.dimension()) {
            throw new IllegalArgumentException(
                    "the seed-invariant probe needs " + keys.dimension() + " weights but got " + weights.length);
        }
        if (!finite) {
            throw new IllegalArgumentException("the parameters of a probe must be finite");
        }
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "the threshold of the seed-invariant probe must be in (0, 1] but was " + threshold);
        }
    }

    /**
     * Makes a probe from a copy of {@code weights}, in the order of {@link GramExtractor}.
     *
     * @param threshold in (0, 1]; a score that reaches it is suspicious
     * @throws IllegalArgumentException if a length, a value or the threshold is out of range
     */
    public static SeedInvariantProbe copyOf(GramKeys keys, float[] weights, float bias, double threshold) {
        return new SeedInvariantProbe(keys, weights.clone(), bias, threshold);
    }

    /** Returns which matrices the probe reads. */
    public GramKeys keys() {
        return keys;
    }

    /** Returns a copy of the weights. */
    public float[] weights() {
        return weights.clone();
    }

    /** Returns the bias. */
    public float bias() {
        return bias;
    }

    /** Returns the threshold. */
    public double threshold() {
        return threshold;
    }

    /** Returns this probe with another threshold. */
    public SeedInvariantProbe withThreshold(double threshold) {
        return new SeedInvariantProbe(keys, weights, bias, threshold);
    }

    /** Returns what computes the feature. */
    public GramExtractor extractor() {
        return new GramExtractor(keys);
    }

    /** Returns the logit of a feature of {@link #extractor}, accumulated in binary64. */
    public double logit(FeatureVector feature) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += (double) weights[i] * feature.at(i);
        }
        return sum + bias;
    }

    /**
     * Returns the logit of an update.
     *
     * @throws IllegalArgumentException if the update does not fit or is not finite
     */
    public double logit(LoraUpdate update) {
        return logit(extractor().extract(update));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeedInvariantProbe probe
                && keys.equals(probe.keys)
                && bias == probe.bias
                && threshold == probe.threshold
                && Arrays.equals(weights, probe.weights);
    }

    @Override
    public int hashCode() {
        return 31 * keys.hashCode() + Arrays.hashCode(weights);
    }

    @Override
    public String toString() {
        return "SeedInvariantProbe[" + keys.names() + ", " + weights.length + " weights]";
    }
}
