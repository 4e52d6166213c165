package io.safefedllm.probe.feature;

/**
 * What a probe sees of one update: D binary32 values, all finite, and the length the update had before normalisation.
 *
 * <p>Immutable and thread-safe.
 */
public final class FeatureVector {
    private final float[] values;
    private final double norm;

    /** Takes {@code values} over without a copy. */
    FeatureVector(float[] values, double norm) {
        this.values = values;
        this.norm = norm;
    }

    /**
     * Makes a feature from a copy of ready values.
     *
     * @param norm Euclidean norm before normalisation, 0 or more, or NaN
     * @throws IllegalArgumentException if a value is not finite or the norm is negative
     */
    public static FeatureVector copyOf(float[] values, double norm) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("feature values must be finite but one was " + value);
            }
        }
        if (norm < 0) {
            throw new IllegalArgumentException("norm must be 0 or more but was " + norm);
        }
        return new FeatureVector(values.clone(), norm);
    }

    /** Returns the number of elements D. */
    public int dimension() {
        return values.length;
    }

    /** Returns one element. */
    public float at(int index) {
        return values[index];
    }

    /** Returns a copy of all elements. */
    public float[] toArray() {
        return values.clone();
    }

    /** Copies all elements to {@code target} from position {@code at} on. */
    public void copyTo(float[] target, int at) {
        System.arraycopy(values, 0, target, at, values.length);
    }

    /** Returns the Euclidean norm of the selected tensors before normalisation; zero if nothing was trained. */
    public double norm() {
        return norm;
    }
}
