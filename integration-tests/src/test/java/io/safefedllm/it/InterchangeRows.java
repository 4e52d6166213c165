package io.safefedllm.it;

import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TokenizedExample;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Rows of random tokens, of different lengths, padded on the right, with the first half of each not trained. */
final class InterchangeRows {
    private static final long SEED = 5;

    private final int[][] ids;
    private final int[][] mask;
    private final int[][] labels;

    InterchangeRows(int vocabulary, int rows, int longest) {
        this.ids = new int[rows][longest];
        this.mask = new int[rows][longest];
        this.labels = new int[rows][longest];
        Random dice = new Random(SEED);
        for (int row = 0; row < rows; row++) {
            int length = longest - 3 * row;
            Arrays.fill(labels[row], TokenizedExample.IGNORED);
            for (int t = 0; t < length; t++) {
                ids[row][t] = dice.nextInt(vocabulary);
                mask[row][t] = 1;
                labels[row][t] = t < length / 2 ? TokenizedExample.IGNORED : ids[row][t];
            }
        }
    }

    Batch batch() {
        return Batch.of(ids, mask, labels);
    }

    /** What Python reads. */
    Map<String, Object> lists() {
        return Map.of("ids", ids, "mask", mask, "labels", labels);
    }
}
