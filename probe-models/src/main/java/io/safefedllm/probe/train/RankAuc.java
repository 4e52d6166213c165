package io.safefedllm.probe.train;

import java.util.Arrays;

/** The area under the ROC curve: how often a harmful score is above a benign one, ties counted half. */
final class RankAuc {
    private RankAuc() {}

    /** Returns the area, 0 to 1; NaN if there is no score of a class. Scores must not be NaN. */
    static double of(double[] benign, double[] harmful) {
        double[] ascending = benign.clone();
        Arrays.sort(ascending);
        double above = 0;
        for (double score : harmful) {
            int less = countBelow(ascending, score, false);
            int notMore = countBelow(ascending, score, true);
            above += less + (notMore - less) / 2.0;
        }
        return above / ((double) benign.length * harmful.length);
    }

    /** Returns how many are below the bound, or equal to it where {@code ties} says so. */
    private static int countBelow(double[] ascending, double bound, boolean ties) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            boolean below = ties ? ascending[middle] <= bound : ascending[middle] < bound;
            low = below ? middle + 1 : low;
            high = below ? high : middle;
        }
        return low;
    }
}
