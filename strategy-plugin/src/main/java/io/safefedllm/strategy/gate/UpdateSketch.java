package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraUpdate;
import java.util.Arrays;
import java.util.List;

/**
 * A short image of an update (SF-7.6, {@code duplicates = strike}) that shows whether it points where another one does: sums of its elements under random
 * signs that a seed decides. Immutable.
 *
 * <p>The image of a sum is the sum of the images, and lengths are kept up to about an eighth, so a small angle between two
 * images means a small angle between the updates and the other way round, unless
 * somebody who knows the seed chose the updates. Only sketches of one seed compare. O(d) to make, whatever it is compared with
 * afterwards. NaN and infinite elements give an image that is like no other.
 */
public final class UpdateSketch {
    /** Numbers of a sketch. */
    public static final int SIZE = 64;

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final double[] sums;

    private UpdateSketch(double[] sums) {
        this.sums = sums;
    }

    /**
     * Returns the sketch of an update; two updates are comparable if their tensors have the same order.
     *
     * @param seed decides the signs; kept from the clients, who could otherwise move copies in ways that a sketch shows too large
     */
    public static UpdateSketch of(LoraUpdate update, long seed) {
        double[] sums = new double[SIZE];
        float[] block = new float[SIZE];
        int size = update.layout().size();
        for (int from = 0; from < size; from += SIZE) {
            int width = Math.min(SIZE, size - from);
            update.copyTo(from, block, 0, width);
            add(block, width, mixed(seed + from), sums);
        }
        return new UpdateSketch(sums);
    }

    /**
     * Adds a block of elements, each to a sum of its own. A method of its own, because the virtual machine compiles well what is
     * called often, and a sketch is made once a reply.
     */
    private static void add(float[] block, int width, long signs, double[] sums) {
        for (int i = 0; i < width; i++) {
            int sign = 1 - 2 * (int) (signs >>> i & 1); // no branch: a guess would be wrong every other time
            sums[i] += sign * (double) block[i];
        }
    }

    /**
     * Makes a sketch of the numbers that {@link #numbers} gave.
     *
     * @throws IllegalArgumentException unless there are {@link #SIZE}
     */
    public static UpdateSketch of(List<Double> numbers) {
        if (numbers.size() != SIZE) {
            throw new IllegalArgumentException("a sketch must have " + SIZE + " numbers but had " + numbers.size());
        }
        return new UpdateSketch(
                numbers.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Mixes the bits of a number, as splitmix64 does. */
    private static long mixed(long number) {
        long z = (number + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Returns the numbers, to be kept. */
    public List<Double> numbers() {
        return Arrays.stream(sums).boxed().toList();
    }

    /**
     * Returns how far another update is from the nearest multiple of this one, relative to its length: the sine of the angle
     * between the two, in [0, 1]; 1 where they point apart; NaN where one of them is zero or not finite.
     */
    public double distance(UpdateSketch other) {
        double product = 0;
        double own = 0;
        double others = 0;
        for (int i = 0; i < SIZE; i++) {
            product += sums[i] * other.sums[i];
            own += sums[i] * sums[i];
            others += other.sums[i] * other.sums[i];
        }
        return product < 0 ? 1.0 : rest(other, product / own) / Math.sqrt(others);
    }

    /** Returns the length of what a multiple of this sketch leaves of another; exact where next to nothing is left. */
    private double rest(UpdateSketch other, double multiple) {
        double squares = 0;
        for (int i = 0; i < SIZE; i++) {
            double left = other.sums[i] - multiple * sums[i];
            squares += left * left;
        }
        return Math.sqrt(squares);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpdateSketch sketch && Arrays.equals(sums, sketch.sums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }

    @Override
    public String toString() {
        return "UpdateSketch" + Arrays.toString(sums);
    }
}
