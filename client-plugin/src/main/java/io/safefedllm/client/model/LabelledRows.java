package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TokenizedExample;

/**
 * The positions of a batch whose next token has a label, and those labels. The output matrix is applied to these rows
 * only.
 */
final class LabelledRows {
    private final NDArray positions;
    private final NDArray labels;

    /**
     * Collects the rows.
     *
     * @throws IllegalArgumentException if the batch has no label
     */
    LabelledRows(Batch batch, NDManager manager) {
        int count = batch.labelledTokens();
        if (count == 0) {
            throw new IllegalArgumentException("a batch without a single label has no loss");
        }
        long[] from = new long[count];
        long[] wanted = new long[count];
        int n = 0;
        for (int row = 0; row < batch.rows(); row++) {
            for (int t = 1; t < batch.length(); t++) {
                if (batch.label(row, t) != TokenizedExample.IGNORED) {
                    from[n] = (long) row * batch.length() + t - 1;
                    wanted[n] = batch.label(row, t);
                    n++;
                }
            }
        }
        this.positions = manager.create(from, new Shape(count));
        this.labels = manager.create(wanted, new Shape(count, 1));
    }

    /** Positions [M] from which a label is predicted. */
    NDArray positions() {
        return positions;
    }

    /** Mean over all labels of minus the log probability of the label, from logits [M, V]; a scalar. */
    NDArray loss(NDArray logits) {
        return logits.logSoftmax(1).gather(labels, 1).mean().neg();
    }
}
