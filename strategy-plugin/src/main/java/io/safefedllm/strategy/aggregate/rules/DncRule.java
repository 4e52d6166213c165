package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Divide and conquer: drops the rows that lie furthest along the direction in which the rows differ most.
 *
 * <p>Each iteration looks at a random set of coordinates: with mu the mean and M the rows sqrt(v_i / Wbar) (x_i - mu), v* the
 * leading right singular vector of M, the score of a row is (x_i - mu, v*) squared, and the c f rows of largest score go;
 * equal scores keep the lower row. The rows that every iteration keeps are averaged; where there is none, there is no result
 * ({@code NOTHING_KEPT}). The singular vector comes from the m x m matrix M M^T, so that no set of coordinates is ever held
 * for all rows. Claims hold for m &gt; 2 f; f is lowered to (m - 1) / 2 where there are fewer rows, and the result is
 * marked. Cost O(m^2 b + m^3) time an iteration, one block of columns and O(m^2) memory.
 *
 * <p>BL-13; Shejwalkar and Houmansadr, "Manipulating the Byzantine: Optimizing Model Poisoning Attacks and Defenses for
 * Federated Learning", NDSS 2021, Algorithm 2.
 */
final class DncRule implements AggregationRule {
    private final Attackers attackers;
    private final int iterations;
    private final double filter;
    private final int coordinates;

    /**
     * Makes the rule.
     *
     * @param filter c: rows dropped for each attacker
     * @param coordinates b: coordinates looked at in one iteration, all where the rows have fewer
     */
    DncRule(Attackers attackers, int iterations, double filter, int coordinates) {
        this.attackers = attackers;
        this.iterations = iterations;
        this.filter = filter;
        this.coordinates = coordinates;
    }

    @Override
    public String name() {
        return "dnc";
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
        int most = (m - 1) / 2;
        Optional<RuleOutcome> refusal = attackers.refusal(m, most);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        int keep = Math.max(0, m - (int) (filter * attackers.tolerated(most)));
        BitSet good = new BitSet(m);
        good.set(0, m);
        for (int iteration = 0; iteration < iterations; iteration++) {
            int[] subset = input.draws().subset(rows.width(), Math.min(coordinates, rows.width()));
            good.and(best(scores(rows, subset), keep));
        }
        if (good.isEmpty()) {
            return new NoAggregate(NoAggregate.Reason.NOTHING_KEPT);
        }
        LiveRows chosen = rows.keep(good.stream().toArray());
        return Aggregate.wrap(Means.of(chosen), chosen.storeRows(), attackers.lowered(most), input.state());
    }

    private static BitSet best(double[] scores, int keep) {
        BitSet best = new BitSet(scores.length);
        IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> scores[row]))
                .limit(keep)
                .forEach(best::set);
        return best;
    }

    /** With M M^T w = lambda w, the score (x_i - mu, v*)^2 is lambda w_i^2 Wbar / v_i. */
    private static double[] scores(LiveRows rows, int[] subset) {
        SymmetricEigen.Pair leading = SymmetricEigen.leading(products(rows, subset));
        double meanWeight = rows.totalWeight() / rows.size();
        double[] scores = new double[rows.size()];
        for (int i = 0; i < scores.length; i++) {
            double along = leading.at(i);
            scores[i] = leading.value() * along * along * (meanWeight / rows.weight(i));
        }
        return scores;
    }

    /** Returns M M^T over the coordinates of the subset. */
    private static double[][] products(LiveRows rows, int[] subset) {
        int m = rows.size();
        double[][] products = new double[m][m];
        int columns = rows.columnsPerBlock();
        double[][] block = new double[m][columns];
        int at = 0;
        for (int from = 0; from < rows.width(); from += columns) {
            int length = Math.min(columns, rows.width() - from);
            int end = at;
            while (end < subset.length && subset[end] < from + length) {
                end++;
            }
            if (end > at) {
                int[] picked = Arrays.copyOfRange(subset, at, end);
                pick(rows, from, length, picked, block);
                centre(rows, block, picked.length);
                addProducts(products, block, picked.length);
                at = end;
            }
        }
        return products;
    }

    /** Reads a block of every row and moves the picked columns to its start. */
    private static void pick(LiveRows rows, int from, int length, int[] picked, double[][] block) {
        for (int row = 0; row < rows.size(); row++) {
            rows.read(row, from, block[row], length);
            for (int k = 0; k < picked.length; k++) {
                block[row][k] = block[row][picked[k] - from];
            }
        }
    }

    /** Takes the weighted mean off every column and scales row i by sqrt(v_i / Wbar). */
    private static void centre(LiveRows rows, double[][] block, int length) {
        double total = rows.totalWeight();
        double meanWeight = total / rows.size();
        double[] mean = new double[length];
        for (int row = 0; row < rows.size(); row++) {
            double share = rows.weight(row) / total;
            for (int k = 0; k < length; k++) {
                mean[k] += share * block[row][k];
            }
        }
        for (int row = 0; row < rows.size(); row++) {
            double scale = Math.sqrt(rows.weight(row) / meanWeight);
            for (int k = 0; k < length; k++) {
                block[row][k] = scale * (block[row][k] - mean[k]);
            }
        }
    }

    private static void addProducts(double[][] products, double[][] block, int length) {
        for (int i = 0; i < products.length; i++) {
            for (int j = i; j < products.length; j++) {
                products[i][j] += Norms.dot(block[i], block[j], length);
                products[j][i] = products[i][j];
            }
        }
    }
}
