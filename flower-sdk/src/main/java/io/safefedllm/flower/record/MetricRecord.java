package io.safefedllm.flower.record;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Immutable, ordered, named numbers and flat lists of numbers.
 *
 * <p>An integer and a double are different kinds, on the wire too. A getter answers empty where the key is absent or its
 * value is of another kind.
 */
public final class MetricRecord implements FlowerRecord {
    private final Map<String, Object> values;

    private MetricRecord(Map<String, ?> values) {
        this.values = Values.canonical(Values.Scope.METRIC, values);
    }

    /** Returns a builder without values. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a record of {@code values} in their iteration order: integers ({@link Integer}, {@link Long}, {@link
     * BigInteger} up to 2^64 - 1), {@link Double}s, {@link Float}s and flat lists of one of these two kinds.
     *
     * @throws IllegalArgumentException for any other value
     */
    public static MetricRecord of(Map<String, ?> values) {
        return new MetricRecord(values);
    }

    /** Returns an integer of at most 2^63 - 1. */
    public OptionalLong integer(String key) {
        return Values.one(values, key, Long.class).stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    /** Returns a double, or an integer rounded to the nearest double. */
    public OptionalDouble number(String key) {
        return Values.number(values, key).stream()
                .mapToDouble(Double::doubleValue)
                .findFirst();
    }

    /** Returns a list of integers, none above 2^63 - 1. */
    public Optional<List<Long>> integers(String key) {
        return Values.list(values, key, Long.class);
    }

    /** Returns a list of doubles. */
    public Optional<List<Double>> numbers(String key) {
        return Values.list(values, key, Double.class);
    }

    /**
     * Returns all values in order. Their classes: {@link Long}, {@link BigInteger} (only above 2^63 - 1), {@link Double}
     * and unmodifiable lists of one of them.
     */
    public Map<String, Object> values() {
        return values;
    }

    /** Returns whether keys, values and their order are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MetricRecord that && Ordered.equal(values, that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return "MetricRecord" + values;
    }

    /** Collects values in order; a key put twice keeps its place and takes the later value. Not thread-safe. */
    public static final class Builder {
        private final Map<String, Object> values = new LinkedHashMap<>();

        private Builder() {}

        /** Puts an integer. */
        public Builder put(String key, long value) {
            values.put(key, value);
            return this;
        }

        /** Puts a double. */
        public Builder put(String key, double value) {
            values.put(key, value);
            return this;
        }

        /** Puts an integer in [-2^63, 2^64 - 1], checked by {@link #build()}. */
        public Builder put(String key, BigInteger value) {
            values.put(key, value);
            return this;
        }

        /** Puts a flat list of integers or of doubles, checked by {@link #build()}. */
        public Builder put(String key, List<? extends Number> value) {
            values.put(key, List.copyOf(value));
            return this;
        }

        /**
         * Returns the record.
         *
         * @throws IllegalArgumentException if an integer is out of range or a list mixes kinds
         */
        public MetricRecord build() {
            return new MetricRecord(values);
        }
    }
}
