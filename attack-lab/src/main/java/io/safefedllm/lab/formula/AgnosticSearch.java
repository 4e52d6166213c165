package io.safefedllm.lab.formula;

import java.util.Arrays;

/**
 * The aggregation-agnostic attacks min-max and min-sum (AT-6, AT-7): as far from the mean as looks plausible. Shejwalkar and Houmansadr
 * 2021. The search is the reference's, step by step, on squared distances in binary64. Stateless and thread-safe; about 20 passes of O(h d).
 */
public final class AgnosticSearch {
    private static final double START = 10;
    private static final double PRECISION = 1e-5;

    private AgnosticSearch() {}

    /** The direction p in which the attackers leave the mean. */
    public enum Direction {
        /** The sample standard deviation of every coordinate. */
        STD,
        /** The mean at length 1; with a zero mean the vector is NaN. */
        UNIT,
        /** The sign of the mean. */
        SIGN
    }

    /** What counts as plausible. */
    public enum Bound {
        /** No honest row is further away than honest rows are from each other. */
        MIN_MAX {
            @Override
            double of(double[] squares) {
                return Arrays.stream(squares).max().orElse(0);
            }
        },
        /** The sum of squared distances is not above the largest of an honest row. */
        MIN_SUM {
            @Override
            double of(double[] squares) {
                double sum = 0;
                for (double square : squares) {
                    sum += square;
                }
                return sum;
            }
        };

        abstract double of(double[] squares);
    }

    /** Returns {@code mu - gamma p} with the largest gamma that the search finds within {@code bound}. */
    public static double[] furthest(HonestRows honest, Bound bound, Direction direction) {
        double[] mean = honest.mean();
        double[] way = way(honest, direction, mean);
        double limit = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < honest.count(); i++) {
            limit = Math.max(limit, bound.of(honest.squaredDistances(honest.row(i))));
        }
        double lambda = START;
        double step = START;
        double best = 0;
        while (Math.abs(best - lambda) > PRECISION) {
            if (bound.of(honest.squaredDistances(Vectors.moved(mean, -lambda, way))) <= limit) {
                best = lambda;
                lambda += step / 2;
            } else {
                lambda -= step / 2;
            }
            step /= 2;
        }
        return Vectors.moved(mean, -best, way);
    }

    private static double[] way(HonestRows honest, Direction direction, double[] mean) {
        return switch (direction) {
            case STD -> honest.deviation();
            case UNIT -> Vectors.scaled(1 / Vectors.norm(mean), mean);
            case SIGN -> Arrays.stream(mean).map(Math::signum).toArray();
        };
    }
}
