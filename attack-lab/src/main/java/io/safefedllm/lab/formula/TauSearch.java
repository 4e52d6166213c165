package io.safefedllm.lab.formula;

import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;

/**
 * Looks for the strength of an attack that moves a known rule furthest from the honest mean (AT-21, ByzFL's "optimal" forms of IPM and
 * ALIE). Stateless and thread-safe; 20 runs of the rule.
 *
 * <p>On a plateau, where the rule's result no longer depends on tau, the answer depends on rounding.
 */
public final class TauSearch {
    private static final int EVALUATIONS = 20;
    private static final double FIRST_STEP = 10;
    private static final double SHRINK = 0.8;

    private TauSearch() {}

    /** The rule under attack, with what it does to the rows before it. */
    @FunctionalInterface
    public interface Rule {
        /** Returns the combined row of {@code rows}, of the same width. */
        double[] combine(double[][] rows);
    }

    /**
     * Returns {@code attack(tau)} at the best tau found.
     *
     * @param attackers f, how many copies the rule is given, at least 1
     * @param attack the vector of a strength tau, at least 0
     */
    public static double[] strongest(HonestRows honest, int attackers, DoubleFunction<double[]> attack, Rule rule) {
        if (attackers < 1) {
            throw new IllegalArgumentException("there must be at least 1 attacker but there were " + attackers);
        }
        double[] mean = honest.mean();
        double tau = 0;
        double reached =
                Math.sqrt(Vectors.squaredDistance(rule.combine(honest.with(attack.apply(0), attackers)), mean));
        double step = FIRST_STEP;
        boolean expanding = true;
        for (int left = EVALUATIONS - 1; left > 0; left--) {
            double[] vector = attack.apply(tau + step);
            double distance = Math.sqrt(Vectors.squaredDistance(rule.combine(honest.with(vector, attackers)), mean));
            boolean better = distance > reached;
            if (better) {
                tau += step;
                reached = distance;
            }
            expanding &= better;
            step *= expanding ? 2 : SHRINK;
        }
        return attack.apply(tau);
    }

    /** Returns what clips every row to length {@code most} before {@code rule}; the reference's default is 2. */
    public static Rule clipped(double most, Rule rule) {
        UnaryOperator<double[]> clip = row -> {
            double norm = Vectors.norm(row);
            return norm > most ? Vectors.scaled(most / norm, row) : row;
        };
        return rows -> {
            double[][] all = new double[rows.length][];
            for (int i = 0; i < all.length; i++) {
                all[i] = clip.apply(rows[i]);
            }
            return rule.combine(all);
        };
    }
}
