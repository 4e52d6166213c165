package io.safefedllm.strategy.gate;

/** Whether reported evidence belongs to what was submitted (SF-7.1, code 10). */
public final class EvidenceBinding {
    /** How far step T may be from the submitted update, relative to its length. */
    public static final double TOLERANCE = 1e-3;

    private EvidenceBinding() {}

    /**
     * Returns whether ||lastStep - submitted|| is at most 1e-3 ||submitted||, both over the same tensors in the same order.
     * Sums are binary64. A NaN in either never matches; two zero updates do.
     *
     * @throws IllegalArgumentException if the two differ in length
     */
    public static boolean matches(float[] lastStep, float[] submitted) {
        if (lastStep.length != submitted.length) {
            throw new IllegalArgumentException("step T must have " + submitted.length + " values but has "
                    + lastStep.length + "; compare the same tensors");
        }
        double difference = 0;
        double length = 0;
        for (int i = 0; i < submitted.length; i++) {
            double gap = (double) lastStep[i] - submitted[i];
            difference += gap * gap;
            length += (double) submitted[i] * submitted[i];
        }
        return Math.sqrt(difference) <= TOLERANCE * Math.sqrt(length);
    }
}
