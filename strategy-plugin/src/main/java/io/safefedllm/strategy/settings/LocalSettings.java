package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.trust.LocalRecipe;
import java.util.OptionalDouble;

/**
 * What clients are asked to do, and expected to have done.
 *
 * @param recipe local steps and rows of a step
 * @param learningRate the rate of round 1 where the run names it, positive; clients may know of one that the run does not
 * @param algorithm how clients train
 * @param fedproxMu strength of the pull towards the adapter that was sent, for FedProx, at least 0 (BL-2)
 */
public record LocalSettings(LocalRecipe recipe, OptionalDouble learningRate, Algorithm algorithm, double fedproxMu) {

    /** How clients train. */
    public enum Algorithm {
        /** Plain local steps (BL-1). */
        FEDAVG("fedavg"),
        /** A proximal term that pulls towards the adapter that was sent (BL-2). */
        FEDPROX("fedprox"),
        /** Control variates that take out what sets a client apart (BL-7). */
        SCAFFOLD("scaffold");

        private final String key;

        Algorithm(String key) {
            this.key = key;
        }

        /** Returns the name in settings. */
        public String key() {
            return key;
        }
    }

    /** Returns the samples that a client can have trained on, b T. */
    public long examples() {
        return Math.multiplyExact((long) recipe.steps() * recipe.batchSize(), (long) recipe.accumulation());
    }
}
