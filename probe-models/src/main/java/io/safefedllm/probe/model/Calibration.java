package io.safefedllm.probe.model;

import java.util.List;

/**
 * How a view's threshold was chosen from benign held-out scores (SF-7.9), and how its logits spread (SF-14.1).
 *
 * @param mode {@code max-source} or {@code pooled}
 * @param alpha false-positive budget, in (0, 1)
 * @param sources one quantile per source, or a single pooled one
 * @param sigma0 standard deviation (n - 1) of the logit over the held-out benign updates
 * @param q0 conformal quantile of the logit at {@code alpha}, by the same mode
 */
public record Calibration(String mode, double alpha, List<SourceQuantile> sources, double sigma0, double q0) {
    /** Copies the list. */
    public Calibration {
        sources = List.copyOf(sources);
    }
}
