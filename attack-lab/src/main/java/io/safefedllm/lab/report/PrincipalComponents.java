package io.safefedllm.lab.report;

import java.util.Arrays;
import java.util.List;

/**
 * Projects vectors onto the two directions in which they differ most.
 *
 * <p>n rows of d binary32 values, each scaled to length 1 (a zero row stays zero) and centred, give n points. The eigenvectors of the n by n matrix of
 * inner products are found by power iteration in binary64: O(n^2 d + n^2 steps) time, O(n^2) space. Signs are fixed so that
 * the coordinate of the largest size is positive; the result depends on nothing but the rows and their order.
 */
public final class PrincipalComponents {
    private static final int STEPS = 500;
    private static final double TINY = 1e-12;

    private final double[][] points;
    private final List<Double> varianceShare;

    private PrincipalComponents(double[][] points, List<Double> varianceShare) {
        this.points = points;
        this.varianceShare = varianceShare;
    }

    /** Returns the projection of {@code rows}, all of one length. Rows are read only. */
    public static PrincipalComponents of(List<float[]> rows) {
        int n = rows.size();
        double[][] gram = centred(inner(rows));
        double total = 0;
        for (int i = 0; i < n; i++) {
            total += gram[i][i];
        }
        double[][] points = new double[n][2];
        double[] share = new double[2];
        for (int component = 0; component < 2; component++) {
            double[] vector = new double[n];
            double value = leading(gram, vector);
            share[component] = total > TINY ? value / total : 0;
            for (int i = 0; i < n; i++) {
                points[i][component] = vector[i] * Math.sqrt(value);
                for (int j = 0; j < n; j++) {
                    gram[i][j] -= value * vector[i] * vector[j];
                }
            }
        }
        return new PrincipalComponents(points, List.of(share[0], share[1]));
    }

    /** Returns the first coordinate of row {@code index}. */
    public double x(int index) {
        return points[index][0];
    }

    /** Returns the second coordinate of row {@code index}. */
    public double y(int index) {
        return points[index][1];
    }

    /** Returns what each component holds of all variance, in [0, 1]. */
    public List<Double> varianceShare() {
        return varianceShare;
    }

    private static double[][] inner(List<float[]> rows) {
        int n = rows.size();
        double[][] gram = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i][j] = dot(rows.get(i), rows.get(j));
            }
        }
        double[] norm = new double[n];
        for (int i = 0; i < n; i++) {
            norm[i] = gram[i][i] > 0 ? Math.sqrt(gram[i][i]) : 1;
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i][j] /= norm[i] * norm[j];
                gram[j][i] = gram[i][j];
            }
        }
        return gram;
    }

    private static double dot(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("rows must have one length but have " + a.length + " and " + b.length);
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static double[][] centred(double[][] gram) {
        int n = gram.length;
        double[] mean = new double[n];
        for (int i = 0; i < n; i++) {
            mean[i] = Arrays.stream(gram[i]).sum() / n;
        }
        double all = n == 0 ? 0 : Arrays.stream(mean).sum() / n;
        double[][] centred = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                centred[i][j] = gram[i][j] - mean[i] - mean[j] + all;
            }
        }
        return centred;
    }

    /** Fills {@code vector} with the leading eigenvector and returns its eigenvalue; both 0 where nothing is left. */
    private static double leading(double[][] matrix, double[] vector) {
        int n = matrix.length;
        double[] current = new double[n];
        for (int i = 0; i < n; i++) {
            current[i] = Math.cos(1 + i);
        }
        double value = 0;
        for (int step = 0; step < STEPS; step++) {
            double[] next = times(matrix, current);
            value = Math.sqrt(Arrays.stream(next).map(x -> x * x).sum());
            if (value < TINY) {
                return 0;
            }
            for (int i = 0; i < n; i++) {
                current[i] = next[i] / value;
            }
        }
        int largest = 0;
        for (int i = 1; i < n; i++) {
            largest = Math.abs(current[i]) > Math.abs(current[largest]) ? i : largest;
        }
        double sign = Math.signum(current[largest]);
        for (int i = 0; i < n; i++) {
            vector[i] = sign * current[i];
        }
        return value;
    }

    private static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[vector.length];
        for (int i = 0; i < vector.length; i++) {
            for (int j = 0; j < vector.length; j++) {
                product[i] += matrix[i][j] * vector[j];
            }
        }
        return product;
    }
}
