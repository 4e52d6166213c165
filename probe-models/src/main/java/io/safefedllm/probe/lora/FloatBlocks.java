package io.safefedllm.probe.lora;

/**
 * Loops over all elements of an adapter, block by block.
 *
 * <p>The virtual machine compiles well what is called often. An adapter is gone through a few times a reply only, so a single loop
 * over it would stay half compiled for hundreds of replies; a block of it is called often enough within a few. Results are those
 * of the plain loops, bit for bit.
 */
public final class FloatBlocks {
    private static final int BLOCK = 1024;

    private FloatBlocks() {}

    /** Returns the sum of squares, in binary64 and in the order of the elements. */
    public static double squares(float[] values) {
        double sum = 0;
        for (int from = 0; from < values.length; from += BLOCK) {
            sum = addSquares(sum, values, from, end(from, values.length));
        }
        return sum;
    }

    private static double addSquares(double before, float[] values, int from, int to) {
        double sum = before;
        for (int i = from; i < to; i++) {
            sum += (double) values[i] * values[i];
        }
        return sum;
    }

    /** Returns {@code left + factor * right}, element by element in binary32; both of one length. */
    public static float[] combine(float[] left, float factor, float[] right) {
        float[] result = new float[left.length];
        for (int from = 0; from < left.length; from += BLOCK) {
            combine(left, factor, right, result, from, end(from, left.length));
        }
        return result;
    }

    private static void combine(float[] left, float factor, float[] right, float[] result, int from, int to) {
        for (int i = from; i < to; i++) {
            result[i] = left[i] + factor * right[i];
        }
    }

    private static int end(int from, int length) {
        return Math.min(length, from + BLOCK);
    }
}
