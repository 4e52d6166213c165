package io.safefedllm.lab.attack;

import io.safefedllm.lab.formula.AttackSchedules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Replaces a part of the local rows by harmful ones (AT-1).
 *
 * <p>Of N rows, ratio times N, halves rounded up, are replaced: those at the first places of a seeded permutation. The
 * replacements are drawn without repetition as long as there are enough.
 *
 * @param ratio in [0, 1]
 */
public record RowPoisoning(BigDecimal ratio) {
    /** Every row is harmful. */
    public static final RowPoisoning ALL = new RowPoisoning(BigDecimal.ONE);

    /** Checks the range. */
    public RowPoisoning {
        AttackSchedules.poisonedRows(ratio, 0);
        ratio = ratio.stripTrailingZeros();
    }

    /**
     * Returns the rows that the client trains on; the arguments stay as they were.
     *
     * @param own the rows of an honest client
     * @param harmful rows with harmful answers
     * @param seed decides which rows are taken; the same seed gives the same rows
     * @throws IllegalArgumentException without harmful rows
     */
    public <T> List<T> apply(List<T> own, List<T> harmful, long seed) {
        if (harmful.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one harmful row");
        }
        Random dice = new Random(seed);
        List<Integer> places =
                new ArrayList<>(IntStream.range(0, own.size()).boxed().toList());
        Collections.shuffle(places, dice);
        List<T> drawn = new ArrayList<>(harmful);
        Collections.shuffle(drawn, dice);
        List<T> rows = new ArrayList<>(own);
        for (int i = 0; i < AttackSchedules.poisonedRows(ratio, own.size()); i++) {
            rows.set(places.get(i), drawn.get(i % drawn.size()));
        }
        return List.copyOf(rows);
    }
}
