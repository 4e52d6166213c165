package io.safefedllm.probe.train;

/** How strict a training is about its updates. */
public enum TrainingMode {
    /** Refuses what no honest probe can be learned from, and holds out a part of every source (SF-7.12). */
    HARDENED,
    /**
     * Trains on anything, as the authors' code does: sources are not looked at, tensors that do not fit or are not finite
     * are repaired (SF-1.4 to SF-1.8), and the validation part is drawn from all updates alike (SF-3.2).
     */
    PAPER_FAITHFUL
}
