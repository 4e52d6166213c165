package io.safefedllm.probe.train;

/** Watches the epochs of a fit. */
@FunctionalInterface
public interface EpochListener {
    /**
     * Called after each epoch.
     *
     * @param epoch counted from 1
     * @param parameters weights and, last, the bias as they are now; a copy
     * @param validationLoss loss on the validation part
     */
    void onEpoch(int epoch, float[] parameters, double validationLoss);
}
