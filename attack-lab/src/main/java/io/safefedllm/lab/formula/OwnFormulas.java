package io.safefedllm.lab.formula;

/**
 * Vectors that an attacker forms from its own update, or from the global adapters that it has seen (AT-3, AT-8, AT-10, AT-17, AT-18).
 * Stateless and thread-safe; cost O(d).
 */
public final class OwnFormulas {
    private static final double RELATIVE_NOISE = 0.5;

    private OwnFormulas() {}

    /** Returns {@code -gamma own}: the individual form of the sign flip (AT-3). */
    public static double[] signFlip(double[] own, double gamma) {
        Vectors.requireFinite("gamma", gamma);
        return Vectors.scaled(-gamma, own);
    }

    /** Returns {@code own + 0.5 N} (AT-8), with one standard normal draw a coordinate. */
    public static double[] noisy(double[] own, double[] normals) {
        return Vectors.moved(own, RELATIVE_NOISE, normals);
    }

    /** Returns {@code gamma own}: plain boosting (AT-10). Bagdasaryan et al. 2020, arXiv:1807.00459. */
    public static double[] boost(double[] own, double gamma) {
        Vectors.requireFinite("gamma", gamma);
        return Vectors.scaled(gamma, own);
    }

    /**
     * Returns {@code gamma own}, then scaled to the lower median of the honest norms (AT-10). A zero update stays zero.
     */
    public static double[] boostToNorm(double[] own, double gamma, HonestRows honest) {
        double[] boosted = boost(own, gamma);
        double norm = Vectors.norm(boosted);
        return norm == 0 ? boosted : Vectors.scaled(honest.lowerMedianNorm() / norm, boosted);
    }

    /**
     * Returns the adapter {@code G + (X - G) / share} that turns the mean into {@code target} when honest updates cancel out (AT-10).
     *
     * @param target X, a whole adapter
     * @param global G
     * @param share the part of the mean that all attackers hold together, in (0, 1]
     */
    public static double[] replacement(double[] target, double[] global, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("the attackers' share of the mean must be in (0, 1] but was " + share);
        }
        Vectors.requireSameLength(target, global);
        double[] adapter = new double[global.length];
        for (int i = 0; i < adapter.length; i++) {
            adapter[i] = global[i] + (target[i] - global[i]) / share;
        }
        return adapter;
    }

    /** Returns {@code G_k - G_(k-1)}: what the last round changed, as if it were own work (AT-17). */
    public static double[] freeRiderDelta(double[] global, double[] before) {
        return Vectors.moved(global, -1, before);
    }

    /** Returns {@code sigma N} with {@code sigma = ||G_k - G_(k-1)|| / sqrt(d)}: noise of a plausible length (AT-17). */
    public static double[] freeRiderNoise(double[] global, double[] before, double[] normals) {
        double[] delta = freeRiderDelta(global, before);
        Vectors.requireSameLength(delta, normals);
        return Vectors.scaled(Vectors.norm(delta) / Math.sqrt(delta.length), normals);
    }

    /**
     * Returns {@code own + epsilon ||own|| r}: a copy that no digest finds (AT-18).
     *
     * @param direction r, a vector of length 1
     */
    public static double[] jittered(double[] own, double epsilon, double[] direction) {
        Vectors.requireFinite("epsilon", epsilon);
        return Vectors.moved(own, epsilon * Vectors.norm(own), direction);
    }
}
