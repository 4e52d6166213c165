package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;

/**
 * Seeks the point of least summed distance to the rows by smoothed Weiszfeld steps: beta_i = v_i / max(nu, ||z - x_i||), z =
 * sum beta_i x_i / sum beta_i.
 *
 * <p>The start is the mean, or G itself; steps end at their number or when z moves by no more than the tolerance times max(1,
 * ||z||). Claims hold while the attackers have less than half of the mass. Ties need no rule. Cost O(m d) time a step, the
 * rows being read twice in each; O(d) memory.
 *
 * <p>BL-16; Pillutla, Kakade and Harchaoui, "Robust Aggregation for Federated Learning", IEEE Transactions on Signal
 * Processing 2022, arXiv:1912.13445.
 */
final class GeometricMedianRule implements AggregationRule {

    /** The two published sets of numbers. */
    enum Variant {
        /** From the mean, until it converges. */
        RFA(false, 1e-6, 100, 1e-10),
        /** ByzFL's: three steps from G. */
        BYZFL(true, 0.1, 3, 0.0);

        private final boolean fromGlobal;
        private final double smoothing;
        private final int steps;
        private final double tolerance;

        Variant(boolean fromGlobal, double smoothing, int steps, double tolerance) {
            this.fromGlobal = fromGlobal;
            this.smoothing = smoothing;
            this.steps = steps;
            this.tolerance = tolerance;
        }

        double smoothing() {
            return smoothing;
        }

        int steps() {
            return steps;
        }
    }

    private final Variant variant;
    private final double smoothing;
    private final int steps;

    GeometricMedianRule(Variant variant, double smoothing, int steps) {
        this.variant = variant;
        this.smoothing = smoothing;
        this.steps = steps;
    }

    @Override
    public String name() {
        return "geometric-median";
    }

    @Override
    public boolean countsSamples() {
        return false;
    }

    @Override
    public boolean needsGlobal() {
        return variant.fromGlobal;
    }

    @Override
    public RuleOutcome combine(RuleInput input) {
        LiveRows live = LiveRows.of(input);
        if (live.size() == 0) {
            return new NoAggregate(NoAggregate.Reason.NO_ROWS);
        }
        LiveRows rows = variant.fromGlobal ? live.asUpdates() : live;
        double[] centre = variant.fromGlobal ? new double[rows.width()] : Means.of(rows);
        double moved = Double.POSITIVE_INFINITY;
        for (int step = 0; step < steps && moved > variant.tolerance * Math.max(1.0, Norms.of(centre)); step++) {
            double[] next = next(rows, centre);
            moved = Norms.distance(next, centre);
            centre = next;
        }
        if (variant.fromGlobal) {
            rows.addGlobal(centre);
        }
        return Aggregate.wrap(centre, rows.storeRows(), false, input.state());
    }

    private double[] next(LiveRows rows, double[] centre) {
        double[] distances = Norms.distances(rows, centre);
        double nearest = Double.POSITIVE_INFINITY;
        for (int row = 0; row < distances.length; row++) {
            distances[row] = Math.max(smoothing, distances[row]);
            nearest = Math.min(nearest, distances[row]);
        }
        double[] factors = new double[distances.length];
        double total = 0.0;
        for (int row = 0; row < factors.length; row++) {
            factors[row] = rows.weight(row) * (nearest / distances[row]); // at most the weight, however small nu is
            total += factors[row];
        }
        double[] next = Means.sum(rows, factors);
        for (int i = 0; i < next.length; i++) {
            next[i] /= total;
        }
        return next;
    }
}
