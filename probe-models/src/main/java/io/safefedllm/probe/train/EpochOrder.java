package io.safefedllm.probe.train;

/** The order in which the entries of the training part are visited in each epoch (SF-3.8). */
@FunctionalInterface
public interface EpochOrder {
    /** Returns a permutation of 0 to n - 1 for that epoch, counted from 0. */
    int[] of(int epoch);
}
