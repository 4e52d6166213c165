package io.safefedllm.strategy.exchange;

/**
 * A round as people and Flower's {@code server-round} count it: the first is 1; k of the formulas is one less.
 *
 * @param number at least 1
 */
public record ServerRound(int number) implements Comparable<ServerRound> {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public ServerRound {
        if (number < 1) {
            throw new IllegalArgumentException("server round must be at least 1 but was " + number);
        }
    }

    /** Returns round 1. */
    public static ServerRound first() {
        return new ServerRound(1);
    }

    /** Returns the round after this one. */
    public ServerRound next() {
        return new ServerRound(number + 1);
    }

    @Override
    public int compareTo(ServerRound other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
