package io.safefedllm.strategy.optimize;

/**
 * The numbers of the server optimisers.
 *
 * @param learningRate eta of the adaptive ones, above 0
 * @param tau the floor under their root, above 0; the second moment starts at its square
 * @param beta1 share of the old momentum, in [0, 1)
 * @param beta2 share of the old second moment, in [0, 1)
 */
public record OptimizerSettings(double learningRate, double tau, double beta1, double beta2) {
    /** The reference's numbers (BL-3, BL-4). */
    public static final OptimizerSettings DEFAULTS = new OptimizerSettings(1e-3, 1e-3, 0.9, 0.99);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    public OptimizerSettings {
        requirePositive("server.learning-rate", learningRate);
        requirePositive("server.tau", tau);
        requireShare("server.beta1", beta1);
        requireShare("server.beta2", beta2);
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0.0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a number above 0 but was " + value);
        }
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0.0 && value < 1.0)) {
            throw new IllegalArgumentException(name + " must be at least 0 and below 1 but was " + value);
        }
    }
}
