package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.CheckpointException;
import io.safefedllm.client.checkpoint.RotarySettings;
import io.safefedllm.client.checkpoint.RotarySettings.Llama3Scaling;

/**
 * Finds the Llama 3 scaling behind a table of divisors of the rotary frequencies, which is all that a GGUF file keeps of it.
 *
 * <p>With factor a and divisor q = f / f', an interpolated frequency has t = (1 / q - 1 / a) / (1 - 1 / a), and t is linear in the
 * frequency: t = alpha f - beta. The pair (alpha, beta) is all that the scaling depends on; with low factor 1 it gives
 * high = 1 + 1 / beta and original length 2 pi alpha / beta. The result is checked against the whole table.
 */
final class RotaryFactors {
    private static final double TOLERANCE = 1e-3;

    private RotaryFactors() {}

    /**
     * Returns the scaling.
     *
     * @param frequencies unscaled, falling
     * @param divisors as many
     * @throws CheckpointException if no scaling of this kind gives these divisors
     */
    static Llama3Scaling scaling(float[] frequencies, float[] divisors) {
        if (divisors.length != frequencies.length) {
            throw unknown();
        }
        double factor = divisors[divisors.length - 1];
        int first = 0;
        while (first < divisors.length && divisors[first] == 1) {
            first++;
        }
        int last = divisors.length - 1;
        while (last > first && divisors[last] == factor) {
            last--;
        }
        if (!(factor > 1 && last > first)) {
            throw unknown();
        }
        double alpha = (share(divisors[first], factor) - share(divisors[last], factor))
                / (frequencies[first] - frequencies[last]);
        double beta = alpha * frequencies[first] - share(divisors[first], factor);
        return checked(factor, alpha, beta, frequencies, divisors);
    }

    private static Llama3Scaling checked(
            double factor, double alpha, double beta, float[] frequencies, float[] divisors) {
        double high = Math.rint((1 + 1 / beta) * 1000) / 1000;
        double original = Math.rint(2 * Math.PI * alpha / beta);
        if (!(high > 1 && high < Double.POSITIVE_INFINITY && original >= 1 && original < Double.POSITIVE_INFINITY)) {
            throw unknown();
        }
        Llama3Scaling scaling = new Llama3Scaling(factor, 1, high, original);
        for (int i = 0; i < divisors.length; i++) {
            float scaled = RotarySettings.scaled(frequencies[i], scaling);
            if (!(Math.abs(frequencies[i] / scaled / divisors[i] - 1) <= TOLERANCE)) {
                throw unknown();
            }
        }
        return scaling;
    }

    private static double share(double divisor, double factor) {
        return (1 / divisor - 1 / factor) / (1 - 1 / factor);
    }

    private static CheckpointException unknown() {
        return new CheckpointException("the divisors in '" + GgufNames.ROTARY_FACTORS
                + "' are not those of a llama3 scaling, the only one that is supported");
    }
}
