package io.safefedllm.probe.train;

/**
 * How a probe is fitted.
 *
 * @param learningRate of AdamW, positive
 * @param weightDecay decoupled, on weights and bias, 0 or more
 * @param batchSize rows per step, at least 1
 * @param epochs most epochs, at least 1
 * @param patience epochs without improvement after which training stops, at least 1
 * @param minDelta smallest decrease of the validation loss that counts as improvement, 0 or more
 * @param gradClip largest joint norm of the gradient, positive
 * @param validationShare share of the updates of every class and source that is held out, in (0, 1)
 * @param intersectionKeys read only the tensors that all updates have, unless there is none; false takes all that any has
 *     (SF-1.4). It matters in paper-faithful mode only: otherwise all updates have the same tensors
 * @param seed of the split, the start and the orders
 */
public record ProbeTrainingPlan(
        double learningRate,
        double weightDecay,
        int batchSize,
        int epochs,
        int patience,
        double minDelta,
        double gradClip,
        double validationShare,
        boolean intersectionKeys,
        long seed) {
    /** The settings of the paper's code. */
    public static final ProbeTrainingPlan DEFAULTS =
            new ProbeTrainingPlan(0.01, 2.0, 256, 100, 15, 1e-4, 0.5, 0.1, false, 2023);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of the range given above
     */
    public ProbeTrainingPlan {
        require(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY, "learning rate", learningRate);
        require(weightDecay >= 0 && weightDecay * learningRate < 1, "weight decay", weightDecay);
        require(batchSize >= 1, "batch size", batchSize);
        require(epochs >= 1, "epochs", epochs);
        require(patience >= 1, "patience", patience);
        require(minDelta >= 0, "improvement", minDelta);
        require(gradClip > 0, "gradient clip", gradClip);
        require(validationShare > 0 && validationShare < 1, "validation share", validationShare);
    }

    /** Returns these settings with another seed. */
    public ProbeTrainingPlan withSeed(long seed) {
        return new ProbeTrainingPlan(
                learningRate,
                weightDecay,
                batchSize,
                epochs,
                patience,
                minDelta,
                gradClip,
                validationShare,
                intersectionKeys,
                seed);
    }

    /** Returns these settings with only those tensors that all updates have. */
    public ProbeTrainingPlan withIntersectionKeys() {
        return new ProbeTrainingPlan(
                learningRate,
                weightDecay,
                batchSize,
                epochs,
                patience,
                minDelta,
                gradClip,
                validationShare,
                true,
                seed);
    }

    private static void require(boolean sound, String what, double value) {
        if (!sound) {
            throw new IllegalArgumentException("probe training: " + what + " is out of range: " + value);
        }
    }
}
