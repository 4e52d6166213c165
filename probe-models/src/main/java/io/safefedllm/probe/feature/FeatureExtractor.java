package io.safefedllm.probe.feature;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.FloatBlocks;
import io.safefedllm.probe.lora.LoraUpdate;

/**
 * Computes the feature of an update for one view. Stateless and thread-safe; O(D) time and space.
 *
 * <p>{@link #extract} is the rule for everything that decides: the update must hold exactly the stored tensors.
 * {@link #extractPaperFaithful} does what the authors' code does with tensors that do not fit or are not finite.
 *
 * <p>Safe-FedLLM, "LoRA-Probe": the flattened B matrices of the first layer, L2-normalised.
 */
public final class FeatureExtractor {
    /** Norms below this are taken as zero, and the feature is not divided (SF-1.7). */
    public static final double ZERO_NORM = 1e-12;

    /** What the repair of SF-1.8 puts in the place of an infinity. */
    private static final float REPAIRED_INFINITY = 1e6f;

    private final FeatureKeys keys;
    private final Normalisation normalisation;

    /** Makes an extractor for a stored order of tensors. */
    public FeatureExtractor(FeatureKeys keys, Normalisation normalisation) {
        this.keys = keys;
        this.normalisation = normalisation;
    }

    /** Returns the order of tensors. */
    public FeatureKeys keys() {
        return keys;
    }

    /**
     * Returns the feature of an update (SF-1.6, SF-1.7, hardened). Sums are accumulated in binary64 and every element is
     * rounded to binary32 once, so that no finite update overflows.
     *
     * @throws IllegalArgumentException if a stored tensor is missing, has another number of elements, or holds a value
     *     that is not finite; the strategy's gate refuses such updates before they come here
     */
    public FeatureVector extract(LoraUpdate update) {
        float[] x = stored(update);
        return normalised(x, finiteNorm(x));
    }

    /**
     * Returns the norm of the feature before it is scaled, without making the feature: what {@link #extract} gives as its norm.
     *
     * @throws IllegalArgumentException as {@link #extract} does
     */
    public double norm(LoraUpdate update) {
        return finiteNorm(stored(update));
    }

    /**
     * Returns whether {@link #norm} is below a bound. A norm is no smaller than any element, so that the first one that reaches
     * the bound settles it; what comes after that element is not looked at.
     *
     * @throws IllegalArgumentException as {@link #extract} does, if the bound is not reached before
     */
    public boolean isShorterThan(LoraUpdate update, double bound) {
        int from = offset(update, 0);
        for (int i = from; i < from + keys.sizes().get(0); i++) {
            if (Math.abs(update.at(i)) >= bound) {
                return false;
            }
        }
        return norm(update) < bound;
    }

    private float[] stored(LoraUpdate update) {
        float[] x = new float[keys.dimension()];
        int at = 0;
        for (int i = 0; i < keys.names().size(); i++) {
            int size = keys.sizes().get(i);
            update.copyTo(offset(update, i), x, at, size);
            at += size;
        }
        return x;
    }

    /** Returns where a stored tensor begins. */
    private int offset(LoraUpdate update, int index) {
        AdapterLayout layout = update.layout();
        String name = keys.names().get(index);
        int size = keys.sizes().get(index);
        if (!layout.contains(name) || layout.tensor(name).size() != size) {
            throw new IllegalArgumentException("the update does not fit view "
                    + keys.selector().key() + ": it needs tensor '" + name + "' with " + size + " elements");
        }
        return layout.offset(name);
    }

    private double finiteNorm(float[] x) {
        double squares = FloatBlocks.squares(x);
        if (!Double.isFinite(squares)) {
            throw new IllegalArgumentException("the update holds a value that is not finite in view "
                    + keys.selector().key());
        }
        return Math.sqrt(squares);
    }

    /**
     * Returns the feature as the authors' code computes it (SF-1.6 to SF-1.8): a missing tensor counts as zeros, a longer
     * one is cut, a shorter one padded with zeros, others are ignored; a sum of squares beyond the range of binary32 counts
     * as infinite; after normalisation NaN becomes 0 and an infinity 1e6 with its sign. One NaN or one infinity therefore
     * makes the whole feature zero.
     */
    public FeatureVector extractPaperFaithful(LoraUpdate update) {
        AdapterLayout layout = update.layout();
        float[] x = new float[keys.dimension()];
        int at = 0;
        for (int i = 0; i < keys.names().size(); i++) {
            String name = keys.names().get(i);
            int size = keys.sizes().get(i);
            if (layout.contains(name)) {
                update.copyTo(
                        layout.offset(name),
                        x,
                        at,
                        Math.min(size, layout.tensor(name).size()));
            }
            at += size;
        }
        double squares = FloatBlocks.squares(x);
        double norm = squares > Float.MAX_VALUE ? Double.POSITIVE_INFINITY : Math.sqrt(squares);
        return normalised(x, norm);
    }

    private FeatureVector normalised(float[] x, double norm) {
        double divisor = normalisation == Normalisation.NONE || norm < ZERO_NORM ? 1 : norm;
        for (int i = 0; i < x.length; i++) {
            x[i] = repaired((float) (x[i] / divisor));
        }
        return new FeatureVector(x, norm);
    }

    private static float repaired(float value) {
        if (Float.isNaN(value)) {
            return 0f;
        }
        return Float.isInfinite(value) ? Math.copySign(REPAIRED_INFINITY, value) : value;
    }
}
