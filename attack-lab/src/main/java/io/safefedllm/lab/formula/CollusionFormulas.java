package io.safefedllm.lab.formula;

/**
 * Vectors that attackers form from the honest updates that they know (AT-3 to AT-5, AT-8, AT-9). Every attacker sends the same one. Each
 * is of d elements, where d is the width of the rows. Stateless and thread-safe; cost O(h d).
 */
public final class CollusionFormulas {
    private CollusionFormulas() {}

    /** Returns {@code -mu}: the opposite of what honest clients want (AT-3). */
    public static double[] signFlip(HonestRows honest) {
        return Vectors.scaled(-1, honest.mean());
    }

    /**
     * Returns {@code -tau mu}: inner product manipulation (AT-4). Xie, Koyejo and Gupta 2020, arXiv:1903.03936; tau is 2 in ByzFL and 1 in
     * Blades.
     *
     * @param tau finite
     */
    public static double[] innerProduct(HonestRows honest, double tau) {
        Vectors.requireFinite("tau", tau);
        return Vectors.scaled(-tau, honest.mean());
    }

    /**
     * Returns {@code mu + factor sd}: a little is enough (AT-5). Baruch, Baruch and Goldberg 2019, arXiv:1902.06156; the standard deviation
     * is the sample's.
     *
     * @param factor {@code -z} of the paper, or {@code +z} as ByzFL and Blades have it; finite
     */
    public static double[] littleIsEnough(HonestRows honest, double factor) {
        Vectors.requireFinite("z", factor);
        return Vectors.moved(honest.mean(), factor, honest.deviation());
    }

    /**
     * Returns honest row {@code index}, from 0 (AT-9). Karimireddy, He and Jaggi 2022, arXiv:2006.09365.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public static double[] mimic(HonestRows honest, int index) {
        return honest.row(index);
    }

    /**
     * Returns {@code mean + sigma N} per coordinate (AT-8).
     *
     * @param sigma finite, not negative
     * @param normals one standard normal draw a coordinate
     */
    public static double[] gaussian(double mean, double sigma, double[] normals) {
        Vectors.requireFinite("mean", mean);
        if (!(sigma >= 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sigma must be finite and not negative but was " + sigma);
        }
        double[] vector = new double[normals.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = mean + sigma * normals[i];
        }
        return vector;
    }
}
