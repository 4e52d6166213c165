package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.Optional;

/**
 * Moves a centre towards the updates, each difference clipped to a radius: z = z + sum of v_i (u_i - z) min(1, tau / ||u_i -
 * z||) / W, and takes G + z.
 *
 * <p>The centre of a round starts where the last applied round's ended, and at 0 before the first; it is carried under
 * {@code centred-clipping.z}. A difference of norm 0 counts in full. The proof wants a share of attackers below about 0.1.
 * Cost O(m d) time a step, the rows being read twice; O(d) memory. Ties need no rule.
 *
 * <p>BL-17; Karimireddy, He and Jaggi, "Learning from History for Byzantine Robust Optimization", ICML 2021,
 * arXiv:2012.10333.
 */
final class CentredClippingRule implements AggregationRule {
    static final String NAME = "centred-clipping";
    private static final String CENTRE = NAME + ".z";

    private final double radius;
    private final int steps;

    CentredClippingRule(double radius, int steps) {
        this.radius = radius;
        this.steps = steps;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean countsSamples() {
        return false;
    }

    @Override
    public boolean needsGlobal() {
        return true;
    }

    @Override
    public RuleOutcome combine(RuleInput input) {
        LiveRows rows = LiveRows.of(input).asUpdates();
        if (rows.size() == 0) {
            return new NoAggregate(NoAggregate.Reason.NO_ROWS);
        }
        double[] centre = start(input.state(), rows.width());
        for (int step = 0; step < steps; step++) {
            move(centre, rows);
        }
        CarriedState after = input.state().with(CENTRE, centre);
        rows.addGlobal(centre);
        return Aggregate.wrap(centre, rows.storeRows(), false, after);
    }

    private static double[] start(CarriedState state, int width) {
        Optional<double[]> carried = state.get(CENTRE);
        if (carried.isPresent() && carried.get().length != width) {
            throw new IllegalArgumentException("carried array '" + CENTRE + "' must have " + width
                    + " elements but has " + carried.get().length + "; it belongs to another adapter");
        }
        return carried.orElseGet(() -> new double[width]);
    }

    private void move(double[] centre, LiveRows rows) {
        double[] factors = Norms.distances(rows, centre);
        double total = rows.totalWeight();
        double kept = 1.0;
        for (int row = 0; row < factors.length; row++) {
            double clip = factors[row] > radius ? radius / factors[row] : 1.0;
            factors[row] = clip * rows.weight(row) / total;
            kept -= factors[row];
        }
        double[] sum = Means.sum(rows, factors);
        for (int i = 0; i < centre.length; i++) {
            centre[i] = kept * centre[i] + sum[i];
        }
    }
}
