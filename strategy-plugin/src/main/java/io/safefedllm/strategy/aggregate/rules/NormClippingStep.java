package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.ClippedRows;
import io.safefedllm.strategy.aggregate.RowStep;
import io.safefedllm.strategy.aggregate.RuleInput;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Scales updates that are longer than a bound down to it: u = u min(1, c / ||u||).
 *
 * <p>The bound is fixed, or {@code kappa} times the weighted midpoint median of the norms. Cost O(m d) time; one block of a
 * row in memory.
 *
 * <p>BL-20; Sun, Kairouz, Suresh and McMahan, "Can You Really Backdoor Federated Learning?", 2019, arXiv:1911.07963.
 */
final class NormClippingStep implements RowStep {
    private final OptionalDouble fixed;
    private final double kappa;

    NormClippingStep(OptionalDouble fixed, double kappa) {
        this.fixed = fixed;
        this.kappa = kappa;
    }

    @Override
    public String name() {
        return "norm-clipping";
    }

    @Override
    public boolean needsGlobal() {
        return true;
    }

    @Override
    public Prepared prepare(RuleInput input) {
        LiveRows rows = LiveRows.of(input);
        int m = rows.size();
        double[] norms = Norms.of(rows.asUpdates());
        double bound = fixed.orElseGet(() -> m == 0 ? 0.0 : kappa * WeightedMedian.MIDPOINT.of(norms, rows));
        double[] factors = new double[m];
        double[] weights = new double[m];
        List<int[]> alone = new ArrayList<>();
        for (int row = 0; row < m; row++) {
            factors[row] = norms[row] > bound ? bound / norms[row] : 1.0;
            weights[row] = rows.weight(row);
            alone.add(new int[] {row});
        }
        MixedRows same = new MixedRows(rows, alone);
        ClippedRows clipped = new ClippedRows(same, input.global(), factors);
        return new Prepared(input.withRows(clipped, weights), same.origins(), false, false);
    }
}
