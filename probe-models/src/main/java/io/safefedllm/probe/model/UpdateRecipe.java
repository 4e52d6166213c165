package io.safefedllm.probe.model;

/**
 * How the updates that a probe learned from were made; a run with another recipe should not trust it (SF-13.5).
 *
 * @param base {@code initial} if the updates start from an adapter whose B is zero, else {@code global}
 * @param records {@code final} if an update is what a whole training changed, as the evidence sources {@code reply} and {@code dispatch}
 *     score it; {@code steps} if it is what a single step of a training had changed by then, as {@code report} does; empty if that is not known
 * @param learningRate of the local steps, or NaN if it is not known
 * @param steps local steps per update, or 0 if that is not known
 * @param batch rows per step, or 0 if that is not known
 * @param loraA SHA-256 of the LoRA A tensors of the base in the form of SF-7.6, or empty if it is not known; the feature
 *     of one A says little about updates from another
 */
public record UpdateRecipe(String base, String records, double learningRate, int steps, int batch, String loraA) {
    /** Base of updates that start from an adapter whose B is zero. */
    public static final String INITIAL = "initial";

    /** Base of updates that start from an adapter that was trained before. */
    public static final String GLOBAL = "global";

    /** Updates are what whole trainings changed. */
    public static final String FINAL = "final";

    /** Updates are what trainings had changed after single steps. */
    public static final String STEPS = "steps";

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the base or the records are another word or a number is negative
     */
    public UpdateRecipe {
        if (!base.equals(INITIAL) && !base.equals(GLOBAL)) {
            throw new IllegalArgumentException("base must be initial or global but was '" + base + "'");
        }
        requireRecords(records);
        if (learningRate < 0 || steps < 0 || batch < 0) {
            throw new IllegalArgumentException("learning rate, steps and batch must not be negative but were "
                    + learningRate + ", " + steps + ", " + batch);
        }
    }

    /**
     * Checks a word for {@link #records}.
     *
     * @throws IllegalArgumentException if it is another one
     */
    public static void requireRecords(String records) {
        if (!records.isEmpty() && !records.equals(FINAL) && !records.equals(STEPS)) {
            throw new IllegalArgumentException("records must be final or steps but was '" + records + "'");
        }
    }
}
