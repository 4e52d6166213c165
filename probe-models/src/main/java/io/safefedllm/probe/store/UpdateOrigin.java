package io.safefedllm.probe.store;

import io.safefedllm.probe.model.UpdateRecipe;

/**
 * How a labelled update came about; one line of {@code manifest.jsonl} less the paths.
 *
 * @param harmful whether it was trained on harmful rows
 * @param source name of the data set, not empty
 * @param records {@code final} or {@code steps} as in {@link UpdateRecipe}, or empty if that is not known
 * @param learningRate of the local steps, or NaN if it is not known
 * @param steps local steps, or 0 if that is not known
 * @param batch rows per step, or 0 if that is not known
 */
public record UpdateOrigin(boolean harmful, String source, String records, double learningRate, int steps, int batch) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the source is empty, the records are another word or a number is negative
     */
    public UpdateOrigin {
        if (source.isEmpty()) {
            throw new IllegalArgumentException("a labelled update must name its source");
        }
        UpdateRecipe.requireRecords(records);
        if (learningRate < 0 || steps < 0 || batch < 0) {
            throw new IllegalArgumentException("learning rate, steps and batch must not be negative but were "
                    + learningRate + ", " + steps + ", " + batch);
        }
    }
}
