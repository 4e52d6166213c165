package io.safefedllm.lab.metric;

/** How many attackers aggregation rules are told to expect in a round (SF-6.6). */
public final class ExpectedAttackers {
    private ExpectedAttackers() {}

    /**
     * Returns sampled x malicious / total, halves to the even number.
     *
     * @param sampled clients drawn for the round
     * @param malicious hostile clients of the federation
     * @param total clients of the federation, positive
     */
    public static int of(int sampled, int malicious, int total) {
        if (total <= 0) {
            throw new IllegalArgumentException("a federation has at least 1 client but total was " + total);
        }
        return (int) Math.rint((double) sampled * malicious / total);
    }
}
