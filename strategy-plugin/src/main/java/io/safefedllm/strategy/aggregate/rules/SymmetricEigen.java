package io.safefedllm.strategy.aggregate.rules;

/** The largest eigenvalue of a small symmetric matrix and its vector, by cyclic Jacobi rotations. */
final class SymmetricEigen {
    private static final int MOST_SWEEPS = 64;
    private static final double NEGLIGIBLE = 1e-17;

    /** An eigenvalue with its vector of norm 1. */
    static final class Pair {
        private final double value;
        private final double[] vector;

        private Pair(double value, double[] vector) {
            this.value = value;
            this.vector = vector;
        }

        double value() {
            return value;
        }

        double at(int index) {
            return vector[index];
        }
    }

    private SymmetricEigen() {}

    /**
     * Returns the pair of largest value; of equal values one of their vectors. The matrix, m x m and symmetric, is left as
     * it is. O(m^3) a sweep, few sweeps.
     */
    static Pair leading(double[][] matrix) {
        int m = matrix.length;
        double[][] a = new double[m][];
        double[][] vectors = new double[m][m];
        double scale = 0.0;
        for (int i = 0; i < m; i++) {
            a[i] = matrix[i].clone();
            vectors[i][i] = 1.0;
            scale = Math.max(scale, Math.abs(a[i][i]));
        }
        for (int sweep = 0; sweep < MOST_SWEEPS && isMixed(a, scale); sweep++) {
            for (int p = 0; p < m; p++) {
                for (int q = p + 1; q < m; q++) {
                    rotate(a, vectors, p, q);
                }
            }
        }
        int best = 0;
        for (int i = 1; i < m; i++) {
            best = a[i][i] > a[best][best] ? i : best;
        }
        double[] vector = new double[m];
        for (int i = 0; i < m; i++) {
            vector[i] = vectors[i][best];
        }
        return new Pair(a[best][best], vector);
    }

    private static boolean isMixed(double[][] a, double scale) {
        for (int i = 0; i < a.length; i++) {
            for (int j = i + 1; j < a.length; j++) {
                if (Math.abs(a[i][j]) > NEGLIGIBLE * scale) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Makes element (p, q) 0 by a rotation in that plane. */
    private static void rotate(double[][] a, double[][] vectors, int p, int q) {
        if (a[p][q] == 0.0) {
            return;
        }
        double theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
        double tangent = (theta >= 0.0 ? 1.0 : -1.0) / (Math.abs(theta) + Math.hypot(theta, 1.0));
        double cosine = 1.0 / Math.hypot(tangent, 1.0);
        double sine = tangent * cosine;
        for (int k = 0; k < a.length; k++) {
            double left = a[k][p];
            double right = a[k][q];
            a[k][p] = cosine * left - sine * right;
            a[k][q] = sine * left + cosine * right;
        }
        for (int k = 0; k < a.length; k++) {
            double upper = a[p][k];
            double lower = a[q][k];
            a[p][k] = cosine * upper - sine * lower;
            a[q][k] = sine * upper + cosine * lower;
            double left = vectors[k][p];
            double right = vectors[k][q];
            vectors[k][p] = cosine * left - sine * right;
            vectors[k][q] = sine * left + cosine * right;
        }
    }
}
