package io.safefedllm.client.train;

/**
 * Constants of AdamW.
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment after its bias correction
 * @param weightDecay decoupled decay per unit of learning rate, not negative
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, double weightDecay) {
    /** PyTorch's constants with the weight decay of Hugging Face's Trainer, none. */
    public static final AdamWSettings DEFAULTS = new AdamWSettings(0.9, 0.999, 1e-8, 0.0);

    /** Checks the ranges given above. */
    public AdamWSettings {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
            throw new IllegalArgumentException("betas must be in [0, 1) but were " + beta1 + " and " + beta2);
        }
        if (!(epsilon > 0 && epsilon < 1)) {
            throw new IllegalArgumentException("epsilon must be in (0, 1) but was " + epsilon);
        }
        if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight decay must not be negative but was " + weightDecay);
        }
    }

    /** The same constants with another weight decay. */
    public AdamWSettings withWeightDecay(double decay) {
        return new AdamWSettings(beta1, beta2, epsilon, decay);
    }
}
