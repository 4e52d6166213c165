package io.safefedllm.strategy.aggregate;

import java.util.Random;

/**
 * Everything that rules draw: permutations for buckets (BL-18), coordinates for divide-and-conquer (BL-13), noise for FLAME
 * (BL-14).
 *
 * <p>An object serves one combination and one thread; the rules ask in a fixed order, so the same draws give the same
 * result.
 */
public interface Draws {

    /** Returns the numbers 0 to {@code size - 1} in an order of equal chance. */
    int[] permutation(int size);

    /** Returns {@code count} distinct numbers of 0 to {@code size - 1}, ascending, every set having equal chance. */
    int[] subset(int size, int count);

    /** Returns one number of the standard normal distribution. */
    double gaussian();

    /** Draws from a generator of the given seed; the same seed gives the same numbers on every machine. */
    static Draws seeded(long seed) {
        return new SeededDraws(new Random(seed));
    }
}
