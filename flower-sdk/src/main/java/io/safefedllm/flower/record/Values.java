package io.safefedllm.flower.record;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Flower's typing of record values, in one place.
 *
 * <p>A value is an integer in [-2^63, 2^64 - 1] (a {@link Long}, or a {@link BigInteger} above 2^63 - 1), a {@link Double},
 * in a config also a {@link Boolean}, {@link String} or {@link Bytes}, or a flat list of one of these kinds. A list of
 * integers of which one is above 2^63 - 1 has only {@link BigInteger}s, and then none may be negative.
 */
final class Values {
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int UNSIGNED_BITS = 64;

    /** What a record may hold. */
    enum Scope {
        METRIC("metric", "an integer, a double"),
        CONFIG("config", "an integer, a double, a boolean, a string, bytes");

        private final String noun;
        private final String kinds;

        Scope(String noun, String kinds) {
            this.noun = noun;
            this.kinds = kinds;
        }
    }

    private Values() {}

    /** Returns an immutable ordered copy of {@code values} with every value in its canonical class. */
    static Map<String, Object> canonical(Scope scope, Map<String, ?> values) {
        Texts.requireEncodable(values.keySet());
        Map<String, Object> result = new LinkedHashMap<>();
        values.forEach((key, value) -> result.put(key, canonical(scope, key, value)));
        return Collections.unmodifiableMap(result);
    }

    static Object canonical(Scope scope, String key, @Nullable Object value) {
        return value instanceof List<?> list ? canonicalList(scope, key, list) : scalar(scope, key, value);
    }

    private static List<Object> canonicalList(Scope scope, String key, List<?> list) {
        List<Object> items = list.stream().map(item -> scalar(scope, key, item)).toList();
        long kinds = items.stream().map(Values::kind).distinct().count();
        if (kinds > 1) {
            throw new IllegalArgumentException(
                    scope.noun + " '" + key + "' mixes kinds; a list has values of one kind");
        }
        if (items.stream().noneMatch(BigInteger.class::isInstance)) {
            return items;
        }
        return items.stream().<Object>map(item -> unsigned(scope, key, item)).toList();
    }

    private static Class<?> kind(Object value) {
        return value instanceof BigInteger ? Long.class : value.getClass();
    }

    private static BigInteger unsigned(Scope scope, String key, Object item) {
        BigInteger value = item instanceof BigInteger big ? big : BigInteger.valueOf((Long) item);
        if (value.signum() < 0) {
            throw new IllegalArgumentException(scope.noun + " '" + key + "' holds " + value
                    + " beside an integer above 2^63 - 1; there is no common integer type");
        }
        return value;
    }

    private static Object scalar(Scope scope, String key, @Nullable Object value) {
        if (value instanceof Long || value instanceof Double) {
            return value;
        }
        if (value instanceof Integer small) {
            return small.longValue();
        }
        if (value instanceof Float single) {
            return single.doubleValue();
        }
        if (value instanceof BigInteger big) {
            return integer(scope, key, big);
        }
        if (scope == Scope.CONFIG) {
            if (value instanceof Boolean || value instanceof Bytes) {
                return value;
            }
            if (value instanceof String text) {
                Texts.requireEncodable("config '" + key + "'", text);
                return text;
            }
            if (value instanceof byte[] bytes) {
                return Bytes.copyOf(bytes);
            }
        }
        throw new IllegalArgumentException(scope.noun + " '" + key + "' must be " + scope.kinds
                + " or a flat list of these, but was of type "
                + (value == null ? "null" : value.getClass().getSimpleName()));
    }

    private static Object integer(Scope scope, String key, BigInteger value) {
        if (value.compareTo(LONG_MIN) < 0 || value.bitLength() > UNSIGNED_BITS) {
            throw new IllegalArgumentException(
                    scope.noun + " '" + key + "' must be in [-2^63, 2^64 - 1] but was " + value);
        }
        return value.compareTo(LONG_MAX) > 0 ? value : value.longValue();
    }

    /** Returns the list under {@code key} if all its elements are of {@code kind}; an empty list is of every kind. */
    static <T> Optional<List<T>> list(Map<String, Object> values, String key, Class<T> kind) {
        if (values.get(key) instanceof List<?> list && list.stream().allMatch(kind::isInstance)) {
            return Optional.of(list.stream().<T>map(kind::cast).toList());
        }
        return Optional.empty();
    }

    /** Returns the value under {@code key} if it is of {@code kind}. */
    static <T> Optional<T> one(Map<String, Object> values, String key, Class<T> kind) {
        return Optional.ofNullable(values.get(key)).filter(kind::isInstance).map(kind::cast);
    }

    /** Returns the double or the integer under {@code key}, the latter rounded to the nearest double. */
    static Optional<Double> number(Map<String, Object> values, String key) {
        return one(values, key, Number.class).map(Number::doubleValue);
    }
}
