package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Scores every row by its distance to its nearest neighbours and keeps the rows that score least.
 *
 * <p>With q neighbours (ties: the lower row), score_i = q (sum of v_j D_ij^p over the neighbours / sum of v_j) (W / m) /
 * v_i: a nearly muted client is not the chosen one. Ties of the score: the larger weight, then the lower row. Claims
 * hold for m &gt;= 2 f + 3; f is lowered to (m - 3) / 2 where there are fewer rows, and with fewer than 3 rows the mean of
 * them is returned; both are marked. Cost O(m^2 d) time, O(m^2) and one block of columns in memory.
 *
 * <p>BL-10; Blanchard, El Mhamdi, Guerraoui and Stainer, "Machine Learning with Adversaries: Byzantine Tolerant Gradient
 * Descent", NeurIPS 2017, section 4, arXiv:1703.02757.
 */
final class KrumRule implements AggregationRule {

    /** The named members of the family. */
    enum Variant {
        /** The row of least score. */
        KRUM("krum", 2, 2),
        /** The mean of the m - f rows of least score. */
        MULTI_KRUM("multi-krum", 2, 2),
        /** ByzFL's Krum: one neighbour more. */
        BYZFL("krum-byzfl", 1, 2),
        /** ByzFL's Multi-Krum: one neighbour more. */
        MULTI_BYZFL("multi-krum-byzfl", 1, 2),
        /** The authors' variant: plain distances, m - f - 1 neighbours, mean of the best row and its neighbours. */
        REFERENCE("krum-reference", 1, 1);

        private final String ruleName;
        private final int notNeighbours;
        private final int power;

        Variant(String ruleName, int notNeighbours, int power) {
            this.ruleName = ruleName;
            this.notNeighbours = notNeighbours;
            this.power = power;
        }

        String ruleName() {
            return ruleName;
        }
    }

    private final Variant variant;
    private final Attackers attackers;
    private final OptionalInt keep;

    /**
     * Makes a member of the family.
     *
     * @param keep rows that the Multi-Krum variants average, at most all; m - f where it is not given
     */
    KrumRule(Variant variant, Attackers attackers, OptionalInt keep) {
        this.variant = variant;
        this.attackers = attackers;
        this.keep = keep;
    }

    @Override
    public String name() {
        return variant.ruleName;
    }

    @Override
    public boolean countsSamples() {
        return false;
    }

    @Override
    public boolean needsGlobal() {
        return false;
    }

    @Override
    public RuleOutcome combine(RuleInput input) {
        LiveRows rows = LiveRows.of(input);
        int m = rows.size();
        int most = (m - 3) / 2;
        Optional<RuleOutcome> refusal = attackers.refusal(m, most);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        int tolerated = attackers.tolerated(most);
        int neighbours = m - tolerated - variant.notNeighbours;
        boolean tooFew = m < 3 || neighbours < 1;
        LiveRows chosen = tooFew ? rows : rows.keep(choose(rows, tolerated, neighbours));
        return Aggregate.wrap(Means.of(chosen), chosen.storeRows(), tooFew || attackers.lowered(most), input.state());
    }

    private int[] choose(LiveRows rows, int tolerated, int neighbours) {
        double[][] distances = distances(rows);
        int[][] nearest = new int[rows.size()][];
        double[] scores = new double[rows.size()];
        for (int row = 0; row < rows.size(); row++) {
            nearest[row] = Distances.nearest(distances, row, neighbours);
            scores[row] = score(rows, distances[row], nearest[row], row);
        }
        int[] ranking = IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> scores[i])
                        .thenComparing(Comparator.<Integer>comparingDouble(rows::weight)
                                .reversed())
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        return switch (variant) {
            case KRUM, BYZFL -> new int[] {ranking[0]};
            case MULTI_KRUM, MULTI_BYZFL ->
                Arrays.copyOf(ranking, Math.min(rows.size(), keep.orElse(rows.size() - tolerated)));
            case REFERENCE ->
                IntStream.concat(IntStream.of(ranking[0]), Arrays.stream(nearest[ranking[0]]))
                        .toArray();
        };
    }

    private double[][] distances(LiveRows rows) {
        double[][] distances = Distances.squared(rows);
        if (variant.power == 1) {
            for (double[] row : distances) {
                Arrays.setAll(row, j -> Math.sqrt(row[j]));
            }
        }
        return distances;
    }

    private static double score(LiveRows rows, double[] distances, int[] nearest, int row) {
        double sum = 0.0;
        double mass = 0.0;
        for (int j : nearest) {
            sum += rows.weight(j) * distances[j];
            mass += rows.weight(j);
        }
        double meanWeight = rows.totalWeight() / rows.size();
        return nearest.length * (sum / mass) * (meanWeight / rows.weight(row));
    }
}
