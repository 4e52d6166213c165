package io.safefedllm.lab.formula;

/** Plain vectors in binary64, accumulated in the order of their elements. */
final class Vectors {
    private Vectors() {}

    static double norm(double[] vector) {
        double sum = 0;
        for (double value : vector) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    static double squaredDistance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = one[i] - other[i];
            sum += difference * difference;
        }
        return sum;
    }

    /** Returns {@code factor} times {@code vector}. */
    static double[] scaled(double factor, double[] vector) {
        double[] result = new double[vector.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = factor * vector[i];
        }
        return result;
    }

    /** Returns {@code base} plus {@code factor} times {@code direction}. */
    static double[] moved(double[] base, double factor, double[] direction) {
        requireSameLength(base, direction);
        double[] result = new double[base.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = base[i] + factor * direction[i];
        }
        return result;
    }

    static void requireSameLength(double[] one, double[] other) {
        if (one.length != other.length) {
            throw new IllegalArgumentException(
                    "vectors must be equally long but had " + one.length + " and " + other.length + " elements");
        }
    }

    static void requireFinite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " must be finite but was " + value);
        }
    }
}
