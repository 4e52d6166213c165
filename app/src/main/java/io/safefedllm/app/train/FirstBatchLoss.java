package io.safefedllm.app.train;

import java.util.Locale;

/**
 * The loss of the rows of the first step, without dropout: the same rows before and after a training, unlike the losses of its steps.
 *
 * @param before by the adapter that the training began with
 * @param after by the trained adapter
 */
record FirstBatchLoss(double before, double after) {
    /** Returns a line for people. */
    String summary() {
        return String.format(Locale.ROOT, "loss of the first batch: %.4f before, %.4f after", before, after);
    }
}
