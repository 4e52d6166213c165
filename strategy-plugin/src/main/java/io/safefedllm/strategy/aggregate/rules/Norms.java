package io.safefedllm.strategy.aggregate.rules;

/** Euclidean norms and inner products in binary64, block by block; four sums run side by side and are added at the end. */
final class Norms {
    private static final int BLOCK = 1 << 14;

    private Norms() {}

    /** Returns the norm of every row. */
    static double[] of(LiveRows rows) {
        double[] norms = new double[rows.size()];
        double[] block = new double[Math.min(BLOCK, rows.width())];
        for (int row = 0; row < norms.length; row++) {
            double sum = 0.0;
            for (int from = 0; from < rows.width(); from += BLOCK) {
                int length = Math.min(BLOCK, rows.width() - from);
                rows.read(row, from, block, length);
                sum += dot(block, block, length);
            }
            norms[row] = Math.sqrt(sum);
        }
        return norms;
    }

    /** Returns the distance of every row from a point. */
    static double[] distances(LiveRows rows, double[] point) {
        double[] distances = new double[rows.size()];
        double[] block = new double[Math.min(BLOCK, rows.width())];
        for (int row = 0; row < distances.length; row++) {
            double sum = 0.0;
            for (int from = 0; from < point.length; from += BLOCK) {
                int length = Math.min(BLOCK, point.length - from);
                rows.read(row, from, block, length);
                for (int i = 0; i < length; i++) {
                    block[i] -= point[from + i];
                }
                sum += dot(block, block, length);
            }
            distances[row] = Math.sqrt(sum);
        }
        return distances;
    }

    /** Returns the norm of a point. */
    static double of(double[] point) {
        return Math.sqrt(dot(point, point, point.length));
    }

    /** Returns the distance of two points. */
    static double distance(double[] a, double[] b) {
        double sum = 0.0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }

    /** Returns the inner product of the first {@code length} elements. */
    static double dot(double[] a, double[] b, int length) {
        double s0 = 0.0;
        double s1 = 0.0;
        double s2 = 0.0;
        double s3 = 0.0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < length; i++) {
            s0 += a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** Returns the squared distance of the first {@code length} elements. */
    static double squaredDistance(double[] a, double[] b, int length) {
        double s0 = 0.0;
        double s1 = 0.0;
        double s2 = 0.0;
        double s3 = 0.0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            double d0 = a[i] - b[i];
            double d1 = a[i + 1] - b[i + 1];
            double d2 = a[i + 2] - b[i + 2];
            double d3 = a[i + 3] - b[i + 3];
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; i < length; i++) {
            double d0 = a[i] - b[i];
            s0 += d0 * d0;
        }
        return (s0 + s1) + (s2 + s3);
    }
}
