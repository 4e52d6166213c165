package io.safefedllm.client.model;

import io.safefedllm.client.checkpoint.CheckpointException;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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
        requireNumbers(scores, from, width);
        int most = sampling.topK() == 0 ? width : Math.min(width, sampling.topK());
        int[] best = IntStream.range(0, width)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> -scores[from + id]))
                .limit(most)
                .mapToInt(Integer::intValue)
                .toArray();
        double[] reached = new double[best.length];
        double total = 0;
        for (int i = 0; i < best.length; i++) {
            total += Math.exp((scores[from + best[i]] - scores[from + best[0]]) / sampling.temperature());
            reached[i] = total;
        }
        int kept = first(reached, sampling.topP() * total) + 1;
        return best[first(reached, dice.nextDouble() * reached[kept - 1])];
    }

    /** The greatest score is NaN if any is. */
    private static void requireNumbers(float[] scores, int from, int width) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + width; i++) {
            greatest = Math.max(greatest, scores[i]);
        }
        if (!Float.isFinite(greatest)) {
            throw new CheckpointException("the model scores a next token with " + greatest
                    + ", so none can be drawn; its weights or the adapter are damaged");
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
