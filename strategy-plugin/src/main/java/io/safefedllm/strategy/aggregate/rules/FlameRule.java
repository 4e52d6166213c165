package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the first cluster that holds more than half of the mass, clips its updates to the median norm, averages them and
 * adds noise.
 *
 * <p>The points that are clustered are the rows of the matrix 1 - cos(L_i, L_j) over whole adapters, as in the authors' code;
 * see {@link MajorityCluster}. The bound S is the weighted midpoint median of ||L_i - G|| over all rows, also those outside
 * the cluster, and every element gets noise of deviation {@code noise} times S. Claims hold for m &gt; 2 f. Cost O(m^2 d +
 * m^3) time; one block of columns, O(m^2) and O(d) memory.
 *
 * <p>BL-14; Nguyen et al., "FLAME: Taming Backdoors in Federated Learning", USENIX Security 2022, Algorithm 1,
 * arXiv:2101.02281.
 */
final class FlameRule implements AggregationRule {
    private static final double LEAST_NORM = 1e-6;

    private final double noise;

    /** Makes the rule; noise 0 draws nothing. */
    FlameRule(double noise) {
        this.noise = noise;
    }

    @Override
    public String name() {
        return "flame";
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
        LiveRows rows = LiveRows.of(input);
        if (rows.size() == 0) {
            return new NoAggregate(NoAggregate.Reason.NO_ROWS);
        }
        int[] benign = MajorityCluster.of(angles(rows), rows);
        LiveRows updates = rows.asUpdates();
        double[] norms = Norms.of(updates);
        double bound = WeightedMedian.MIDPOINT.of(norms, rows);
        double[] factors = new double[rows.size()];
        double total = 0.0;
        Map<Integer, Double> used = new LinkedHashMap<>();
        for (int row : benign) {
            double clip = norms[row] > bound ? bound / norms[row] : 1.0;
            used.put(rows.storeRow(row), clip);
            factors[row] = rows.weight(row) * clip;
            total += rows.weight(row);
        }
        double[] values = Means.sum(updates, factors);
        for (int i = 0; i < values.length; i++) {
            values[i] /= total;
        }
        rows.addGlobal(values);
        addNoise(values, noise * bound, input.draws());
        return Aggregate.wrap(values, rows.storeRows(), false, input.state())
                .withFactors(used)
                .withFigure("clip", bound);
    }

    /** Returns 1 - cos of every pair of adapters; a norm counts as at least 1e-6. */
    private static double[][] angles(LiveRows rows) {
        double[][] angles = Distances.inner(rows);
        double[] norms = new double[angles.length];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = Math.max(Math.sqrt(angles[i][i]), LEAST_NORM);
        }
        for (int i = 0; i < norms.length; i++) {
            for (int j = 0; j < norms.length; j++) {
                angles[i][j] = 1.0 - angles[i][j] / norms[i] / norms[j];
            }
        }
        return angles;
    }

    private static void addNoise(double[] values, double deviation, Draws draws) {
        for (int i = 0; deviation > 0.0 && i < values.length; i++) {
            values[i] += deviation * draws.gaussian();
        }
    }
}
