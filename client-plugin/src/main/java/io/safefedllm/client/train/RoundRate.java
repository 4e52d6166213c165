package io.safefedllm.client.train;

/**
 * A learning rate that falls over the rounds of a federation along half a cosine and is constant inside a round:
 * min + (max - min) (1 + cos(pi (round - 1) / total)) / 2.
 *
 * @param max rate of the first round
 * @param min rate that the course approaches
 */
public record RoundRate(double max, double min) {
    /** Refuses negative rates and a minimum above the maximum. */
    public RoundRate {
        if (!(min >= 0 && max >= min && max < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "learning rates must satisfy 0 <= min <= max but were " + min + " and " + max);
        }
    }

    /** The rate of a 1-based round out of {@code totalRounds}. */
    public double at(long serverRound, long totalRounds) {
        if (serverRound < 1 || totalRounds < 1) {
            throw new IllegalArgumentException("rounds count from 1 but were " + serverRound + " of " + totalRounds);
        }
        return min + 0.5 * (max - min) * (1 + Math.cos(Math.PI * (serverRound - 1) / totalRounds));
    }
}
