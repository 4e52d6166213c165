package io.safefedllm.client.train;

/**
 * How the learning rate moves over the optimiser steps of one training run (LORA-TRAINER 4).
 *
 * @param shape course after the warm-up
 * @param warmupSteps steps w of linear rise, which {@link Shape#CONSTANT} does not have; the very first step has rate 0 if there are
 *     any
 */
public record Schedule(Shape shape, int warmupSteps) {
    /** The same rate at every step. */
    public static final Schedule CONSTANT = new Schedule(Shape.CONSTANT, 0);

    /** Courses, named as transformers names them. */
    public enum Shape {
        /** No change, not even a warm-up. */
        CONSTANT,
        /** No change after the warm-up. */
        CONSTANT_WITH_WARMUP,
        /** Down to 0 in a straight line. */
        LINEAR,
        /** Down to 0 along half a cosine; it would rise again past the last step. */
        COSINE
    }

    /** Refuses a negative warm-up. */
    public Schedule {
        if (warmupSteps < 0) {
            throw new IllegalArgumentException("warm-up steps must not be negative but were " + warmupSteps);
        }
    }

    /**
     * Factor on the base rate at optimiser step {@code i}, counted from 0, of {@code total} steps.
     *
     * @return at least 0, at most 1
     */
    public double factor(int i, int total) {
        if (shape != Shape.CONSTANT && i < warmupSteps) {
            return (double) i / Math.max(1, warmupSteps);
        }
        double rest = Math.max(1, total - warmupSteps);
        return switch (shape) {
            case CONSTANT, CONSTANT_WITH_WARMUP -> 1.0;
            case LINEAR -> Math.max(0.0, (total - i) / rest);
            case COSINE -> Math.max(0.0, 0.5 * (1.0 + Math.cos(Math.PI * (i - warmupSteps) / rest)));
        };
    }
}
