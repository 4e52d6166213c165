package io.safefedllm.probe.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Splits rows into two parts so that each stratum keeps its share in both (SF-7.12).
 *
 * <p>Of a stratum of n rows, ceil(share · n) are held out, but never all: one row always stays. Which ones, and the order of
 * both parts, follow from the seed alone.
 */
public final class StratifiedSplit {
    private final int[] heldOut;
    private final int[] rest;

    private StratifiedSplit(int[] heldOut, int[] rest) {
        this.heldOut = heldOut;
        this.rest = rest;
    }

    /**
     * Splits rows 0 to n - 1.
     *
     * @param strata the stratum of each row
     * @param share share that is held out, in (0, 1)
     * @throws IllegalArgumentException if the share is outside its range
     */
    public static StratifiedSplit of(List<String> strata, double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("share must be in (0, 1) but was " + share);
        }
        Map<String, List<Integer>> rowsOf = new TreeMap<>();
        for (int row = 0; row < strata.size(); row++) {
            rowsOf.computeIfAbsent(strata.get(row), stratum -> new ArrayList<>())
                    .add(row);
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> heldOut = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        for (List<Integer> rows : rowsOf.values()) {
            int[] shuffled = toArray(rows);
            shuffle(shuffled, random);
            int held = Math.min((int) Math.ceil(share * shuffled.length), shuffled.length - 1);
            for (int i = 0; i < shuffled.length; i++) {
                (i < held ? heldOut : rest).add(shuffled[i]);
            }
        }
        return new StratifiedSplit(toArray(heldOut), toArray(rest));
    }

    /**
     * Deals the rows of every stratum out to folds in turn, in their order.
     *
     * @return the fold of each row, from 0
     * @throws ProbeTrainingException if a stratum has fewer rows than there are folds
     */
    static int[] folds(List<String> strata, int folds) {
        Map<String, Integer> dealt = new TreeMap<>();
        int[] foldOf = new int[strata.size()];
        for (int row = 0; row < foldOf.length; row++) {
            foldOf[row] = (dealt.merge(strata.get(row), 1, Integer::sum) - 1) % folds;
        }
        dealt.forEach((stratum, rows) -> {
            if (rows < folds) {
                throw new ProbeTrainingException("'" + stratum + "' has " + rows + " updates but there are " + folds
                        + " folds; add updates or take fewer folds");
            }
        });
        return foldOf;
    }

    /** Returns the rows that are held out. */
    public int[] heldOut() {
        return heldOut.clone();
    }

    /** Returns the other rows. */
    public int[] rest() {
        return rest.clone();
    }

    /** Puts the elements into a uniformly random order (Fisher and Yates). */
    static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int value = values[i];
            values[i] = values[other];
            values[other] = value;
        }
    }

    private static int[] toArray(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
