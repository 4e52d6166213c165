package io.safefedllm.probe.train;

/** Keeps the best parameters and says when to give up (SF-3.9). */
final class EarlyStop {
    private final double minDelta;
    private final int patience;
    private double best = Double.POSITIVE_INFINITY;
    private float[] kept;
    private int bad;

    /** Starts with {@code last} as what is kept until the first improvement. */
    EarlyStop(ProbeTrainingPlan plan, float[] last) {
        this.minDelta = plan.minDelta();
        this.patience = plan.patience();
        this.kept = last;
    }

    /** Takes the loss after an epoch; returns whether training must stop. A NaN loss is no improvement. */
    boolean stopsAfter(double loss, float[] parameters) {
        if (loss < best - minDelta) {
            best = loss;
            kept = parameters;
            bad = 0;
            return false;
        }
        if (best == Double.POSITIVE_INFINITY) {
            kept = parameters;
        }
        bad++;
        return bad >= patience;
    }

    double best() {
        return best;
    }

    float[] kept() {
        return kept;
    }
}
