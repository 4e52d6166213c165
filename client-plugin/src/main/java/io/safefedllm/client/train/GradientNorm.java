package io.safefedllm.client.train;

/** Length of a gradient over all tensors, and clipping to it. */
final class GradientNorm {
    /** Keeps the factor finite for a zero gradient, as in PyTorch. */
    private static final double MARGIN = 1e-6;

    private GradientNorm() {}

    /** Root of the sum of squares, summed in double precision; not finite when an element is not. */
    static double of(float[] gradient) {
        double sum = 0;
        for (float g : gradient) {
            sum += (double) g * g;
        }
        return Math.sqrt(sum);
    }

    /** Multiplies by max / (norm + 1e-6) when that is below 1. */
    static void clip(float[] gradient, double norm, double max) {
        double factor = max / (norm + MARGIN);
        if (factor < 1) {
            float f = (float) factor;
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= f;
            }
        }
    }
}
