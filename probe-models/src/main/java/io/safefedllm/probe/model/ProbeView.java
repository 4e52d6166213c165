package io.safefedllm.probe.model;

import io.safefedllm.probe.feature.ViewSelector;

/**
 * One way to look at an update: which tensors, which probe, from which score on it is harmful.
 *
 * @param name name of the view in settings and journals; the selector's key unless there are several of one selector
 * @param selector which tensors; the same as the probe's
 * @param probe the classifier
 * @param threshold tau in (0, 1]; a score that reaches it is harmful
 */
public record ProbeView(String name, ViewSelector selector, LinearProbe probe, double threshold) {
    /** Threshold of the paper, used where none was calibrated. */
    public static final double PAPER_THRESHOLD = 0.8;

    /**
     * Checks the parts against each other.
     *
     * @throws IllegalArgumentException if the name is empty, the selector is not the probe's, or the threshold is outside
     *     (0, 1]
     */
    public ProbeView {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a view must have a name");
        }
        if (selector != probe.keys().selector()) {
            throw new IllegalArgumentException("view '" + name + "' selects " + selector.key() + " but its probe reads "
                    + probe.keys().selector().key());
        }
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "the threshold of view '" + name + "' must be in (0, 1] but was " + threshold);
        }
    }

    /** Returns this view with another threshold. */
    public ProbeView withThreshold(double threshold) {
        return new ProbeView(name, selector, probe, threshold);
    }
}
