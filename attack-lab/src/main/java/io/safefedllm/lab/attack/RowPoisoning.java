package io.safefedllm.lab.attack;

import io.safefedllm.lab.formula.AttackSchedules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Spoils a part of the local rows (AT-1).
 *
 * <p>Of N rows, ratio times N, halves rounded up, are spoilt: those at the first places of a seeded permutation. Harmful rows are drawn
 * without repetition as long as there are enough.
 *
 * @param kind what is done to a row
 * @param ratio in [0, 1]
 */
public record RowPoisoning(Kind kind, BigDecimal ratio) {
    /** Every row is harmful. */
    public static final RowPoisoning ALL = new RowPoisoning(Kind.ROWS, BigDecimal.ONE);

    /** What is done to a row. */
    public enum Kind {
        /** A harmful row takes its place. */
        ROWS,
        /** It keeps its question and gets the answer of a harmful row. */
        RESPONSES,
        /** It keeps its question and gets the answer of class C - 1 - y; the classes are the distinct answers of the rows, in order. */
        LABELS;

        /** Returns whether harmful rows are needed. */
        boolean needsHarmfulRows() {
            return this != LABELS;
        }
    }

    /** Checks the range. */
    public RowPoisoning {
        AttackSchedules.poisonedRows(ratio, 0);
        ratio = ratio.stripTrailingZeros();
    }

    /**
     * Returns the rows that the client trains on; the arguments stay as they were.
     *
     * @param own the rows of an honest client
     * @param harmful rows with harmful answers; flipped labels need none
     * @param seed decides which rows are taken; the same seed gives the same rows
     * @param answers takes a row apart
     * @throws IllegalArgumentException without harmful rows where some are needed, or if labels shall be flipped and all are the same
     */
    public <T> List<T> apply(List<T> own, List<T> harmful, long seed, RowAnswers<T> answers) {
        if (kind.needsHarmfulRows() && harmful.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one harmful row");
        }
        Random dice = new Random(seed);
        List<Integer> places =
                new ArrayList<>(IntStream.range(0, own.size()).boxed().toList());
        Collections.shuffle(places, dice);
        List<Integer> taken = places.subList(0, AttackSchedules.poisonedRows(ratio, own.size()));
        List<T> rows = new ArrayList<>(own);
        if (kind == Kind.LABELS) {
            flip(rows, taken, answers);
        } else {
            replace(rows, taken, shuffled(harmful, dice), answers);
        }
        return List.copyOf(rows);
    }

    private static <T> List<T> shuffled(List<T> rows, Random dice) {
        List<T> drawn = new ArrayList<>(rows);
        Collections.shuffle(drawn, dice);
        return drawn;
    }

    private <T> void replace(List<T> rows, List<Integer> places, List<T> drawn, RowAnswers<T> answers) {
        for (int i = 0; i < places.size(); i++) {
            T harmful = drawn.get(i % drawn.size());
            int place = places.get(i);
            rows.set(place, kind == Kind.ROWS ? harmful : answers.answered(rows.get(place), harmful));
        }
    }

    private static <T> void flip(List<T> rows, List<Integer> places, RowAnswers<T> answers) {
        SortedMap<String, T> byAnswer = new TreeMap<>();
        rows.forEach(row -> byAnswer.putIfAbsent(answers.answer(row), row));
        if (byAnswer.size() < 2) {
            throw new IllegalArgumentException("labels can be flipped only where rows have different answers");
        }
        List<String> labels = new ArrayList<>(byAnswer.keySet());
        List<T> classes = new ArrayList<>(byAnswer.values());
        for (int place : places) {
            int label = Collections.binarySearch(labels, answers.answer(rows.get(place)));
            T flipped = classes.get(AttackSchedules.flippedLabel(label, labels.size()));
            rows.set(place, answers.answered(rows.get(place), flipped));
        }
    }
}
