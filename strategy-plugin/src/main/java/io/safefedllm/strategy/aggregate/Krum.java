package io.safefedllm.strategy.aggregate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
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
final class Krum implements AggregationRule {

    /** The named members of the family. */
    enum Variant {
        /** The row of least score. */
        KRUM("krum", 2, true),
        /** The mean of the m - f rows of least score. */
        MULTI_KRUM("multi-krum", 2, true),
        /** The authors' variant: plain distances, m - f - 1 neighbours, mean of the best row and its neighbours. */
        REFERENCE("krum-reference", 1, false);

        private final String ruleName;
        private final int notNeighbours;
        private final boolean squared;

        Variant(String ruleName, int notNeighbours, boolean squared) {
            this.ruleName = ruleName;
            this.notNeighbours = notNeighbours;
            this.squared = squared;
        }
    }

    private final Variant variant;
    private final int byzantine;

    Krum(Variant variant, int byzantine) {
        this.variant = variant;
        this.byzantine = byzantine;
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
    public Optional<Aggregate> combine(UpdateStore store, double[] weights) {
        LiveRows rows = LiveRows.of(store, weights);
        int m = rows.size();
        if (m == 0) {
            return Optional.empty();
        }
        int tolerated = Math.max(0, Math.min(byzantine, (m - 3) / 2));
        int neighbours = m - tolerated - variant.notNeighbours;
        if (m < 3 || neighbours < 1) {
            return Optional.of(WeightedMean.of(rows, true));
        }
        LiveRows chosen = rows.keep(choose(rows, tolerated, neighbours));
        return Optional.of(WeightedMean.of(chosen, tolerated < byzantine));
    }

    private int[] choose(LiveRows rows, int tolerated, int neighbours) {
        double[][] distances = distances(rows);
        int[][] nearest = new int[rows.size()][];
        double[] scores = new double[rows.size()];
        for (int row = 0; row < rows.size(); row++) {
            nearest[row] = nearest(distances, row, neighbours);
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
            case KRUM -> new int[] {ranking[0]};
            case MULTI_KRUM -> Arrays.copyOf(ranking, rows.size() - tolerated);
            case REFERENCE ->
                IntStream.concat(IntStream.of(ranking[0]), Arrays.stream(nearest[ranking[0]]))
                        .toArray();
        };
    }

    private double[][] distances(LiveRows rows) {
        double[][] distances = Distances.squared(rows);
        if (!variant.squared) {
            for (double[] row : distances) {
                Arrays.setAll(row, j -> Math.sqrt(row[j]));
            }
        }
        return distances;
    }

    private static int[] nearest(double[][] distances, int row, int count) {
        return IntStream.range(0, distances.length)
                .filter(j -> j != row)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(j -> distances[row][j]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
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
