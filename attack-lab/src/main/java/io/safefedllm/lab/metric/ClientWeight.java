package io.safefedllm.lab.metric;

/**
 * What one client weighed in one round.
 *
 * @param hostile whether the client attacks; known to the laboratory, not to the strategy
 * @param weight the security weight w, in [0, 1]
 * @param effectiveExamples e, what the client counts in the mean: its examples times w times its clipping factor, at least 0
 * @param strikes whether it attacks in this round; a hostile client that waits does not
 * @param blamed whether its reply was judged harmful or refused
 */
public record ClientWeight(boolean hostile, boolean strikes, double weight, double effectiveExamples, boolean blamed) {
    public ClientWeight {
        if (!(weight >= 0.0 && weight <= 1.0)) {
            throw new IllegalArgumentException("security weight must be in [0, 1] but was " + weight);
        }
        if (!(effectiveExamples >= 0.0 && effectiveExamples < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("effective examples must be at least 0 but were " + effectiveExamples);
        }
    }
}
