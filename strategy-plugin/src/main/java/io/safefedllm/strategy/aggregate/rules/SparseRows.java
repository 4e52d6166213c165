package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Updates clipped to their lower median norm and thinned to their largest elements, made while they are read (BL-15, steps 1
 * and 2). Only scale and threshold of each row are held.
 */
final class SparseRows {
    private static final int BLOCK = 1 << 14;
    private static final int DIGIT_BITS = 16;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private final LiveRows rows;
    private final double bound;
    private final double[] scales;
    private final double[] thresholds;

    private SparseRows(LiveRows rows, double bound, double[] scales, double[] thresholds) {
        this.rows = rows;
        this.bound = bound;
        this.scales = scales;
        this.thresholds = thresholds;
    }

    /** Finds scale and threshold of every row; elements outside the given tensors are not counted. */
    static SparseRows of(LiveRows rows, AdapterLayout layout, List<TensorSpec> parts, double sparsity) {
        double[] scales = Norms.of(rows);
        double bound = WeightedMedian.LOWER.of(scales, rows);
        for (int row = 0; row < scales.length; row++) {
            scales[row] = scales[row] > bound ? bound / scales[row] : 1.0;
        }
        long count = parts.stream().mapToLong(TensorSpec::size).sum();
        double[] thresholds = new double[scales.length];
        Arrays.fill(thresholds, -1.0);
        if (sparsity > 0.0) {
            long keep = (long) (count * (1.0 - sparsity));
            for (int row = 0; row < thresholds.length; row++) {
                thresholds[row] = keep == 0 ? Double.POSITIVE_INFINITY : largest(rows, row, layout, parts, keep);
            }
        }
        return new SparseRows(rows, bound, scales, thresholds);
    }

    /** Returns the norm that updates were clipped to. */
    double bound() {
        return bound;
    }

    /** Reads the elements from an offset on that fill the block; elements that were not kept are 0. */
    void read(int row, int offset, double[] block) {
        rows.read(row, offset, block, block.length);
        double threshold = thresholds[row];
        double scale = scales[row];
        for (int i = 0; i < block.length; i++) {
            block[i] = Math.abs(block[i]) > threshold ? scale * block[i] : 0.0;
        }
    }

    /**
     * Returns the {@code rank}-th largest magnitude of a row, from 1. The bits of a magnitude, read as a number, are in the
     * order of the magnitudes, so four passes of counting settle them 16 at a time, whatever the number of elements.
     */
    private static double largest(LiveRows rows, int row, AdapterLayout layout, List<TensorSpec> parts, long rank) {
        long prefix = 0;
        long left = rank;
        for (int shift = Long.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
            long[] counts = new long[DIGITS];
            for (TensorSpec tensor : parts) {
                count(rows, row, layout.offset(tensor.name()), tensor.size(), new Digit(prefix, shift), counts);
            }
            int digit = DIGITS - 1;
            while (counts[digit] < left) {
                left -= counts[digit];
                digit--;
            }
            prefix |= (long) digit << shift;
        }
        return Double.longBitsToDouble(prefix);
    }

    /** The digit at a shift of numbers whose higher bits are those of the prefix. */
    private record Digit(long prefix, int shift) {
        boolean applies(long bits) {
            int higher = shift + DIGIT_BITS;
            return higher == Long.SIZE || bits >>> higher == prefix >>> higher;
        }

        int of(long bits) {
            return (int) (bits >>> shift) & (DIGITS - 1);
        }
    }

    private static void count(LiveRows rows, int row, int offset, int size, Digit digit, long[] counts) {
        double[] block = new double[Math.min(BLOCK, size)];
        for (int from = 0; from < size; from += BLOCK) {
            int length = Math.min(BLOCK, size - from);
            rows.read(row, offset + from, block, length);
            for (int i = 0; i < length; i++) {
                long bits = Double.doubleToRawLongBits(Math.abs(block[i]));
                if (digit.applies(bits)) {
                    counts[digit.of(bits)]++;
                }
            }
        }
    }
}
