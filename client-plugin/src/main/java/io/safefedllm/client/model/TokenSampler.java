package io.safefedllm.client.model;

import io.safefedllm.client.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Draws a token from scores: divided by the temperature, cut to the top k, then to the top p, as transformers does it. */
final class TokenSampler {
    private final Sampling sampling;

    TokenSampler(Sampling sampling) {
        this.sampling = sampling;
    }

    /**
     * Draws one of the {@code width} scores from position {@code from} on; the result counts from there.
     *
     * @throws CheckpointException if a score is not a number, or none is finite
     */
    int choose(float[] scores, int from, int width, RandomGenerator dice) {
        requireFinite(greatest(scores, from, width));
        int most = sampling.topK() == 0 ? width : Math.min(width, sampling.topK());
        int[] best = best(scores, from, width, most);
        double[] reached = new double[best.length];
        double total = 0;
        for (int i = 0; i < best.length; i++) {
            total += Math.exp((scores[from + best[i]] - scores[from + best[0]]) / sampling.temperature());
            reached[i] = total;
        }
        int kept = first(reached, sampling.topP() * total) + 1;
        return best[first(reached, dice.nextDouble() * reached[kept - 1])];
    }

    /** Returns the ids of the {@code most} greatest scores, greatest first; of equal ones the smaller id is first. */
    private static int[] best(float[] scores, int from, int width, int most) {
        long[] keys = new long[width];
        for (int id = 0; id < width; id++) {
            keys[id] = ((long) ascending(-scores[from + id]) << Integer.SIZE) | id;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys, 0, most).mapToInt(key -> (int) key).toArray();
    }

    /** Returns a whole number that is ordered among those of other values as {@link Float#compare} orders the values. */
    private static int ascending(float value) {
        int bits = Float.floatToIntBits(value);
        return bits ^ ((bits >> (Integer.SIZE - 1)) & Integer.MAX_VALUE);
    }

    /** The greatest score is NaN if any is. */
    private static float greatest(float[] scores, int from, int width) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + width; i++) {
            greatest = Math.max(greatest, scores[i]);
        }
        return greatest;
    }

    /**
     * Refuses scores by their greatest.
     *
     * @throws CheckpointException if it is not finite
     */
    static void requireFinite(float greatest) {
        if (!Float.isFinite(greatest)) {
            throw new CheckpointException("the model scores a next token with " + greatest
                    + ", so none can be chosen; its weights or the adapter are damaged");
        }
    }

    /** The first position whose sum reaches {@code wanted}; at most the last one. */
    private static int first(double[] reached, double wanted) {
        int at = 0;
        while (at < reached.length - 1 && reached[at] < wanted) {
            at++;
        }
        return at;
    }
}
