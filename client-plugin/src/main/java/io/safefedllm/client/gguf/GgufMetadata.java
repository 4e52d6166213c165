package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.CheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The key/value pairs of a GGUF file. Integers are Long, floats Float or Double, arrays lists of one kind. Immutable. */
final class GgufMetadata {
    private static final int MAX_PAIRS = 1 << 16;
    private static final int MAX_ARRAY = 1 << 22;

    private final Map<String, Object> values;

    private GgufMetadata(Map<String, Object> values) {
        this.values = values;
    }

    /** Reads the number of pairs, then the pairs. */
    static GgufMetadata read(GgufInput in) throws IOException {
        int count = in.count("metadata pairs", MAX_PAIRS);
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = in.string();
            if (values.put(key, value(in, in.int32(), key)) != null) {
                throw new CheckpointException("has the key '" + key + "' twice");
            }
        }
        return new GgufMetadata(values);
    }

    private static Object value(GgufInput in, int type, String key) throws IOException {
        if (type != 9) {
            return scalar(in, type, key);
        }
        int element = in.int32();
        int count = in.count("elements of '" + key + "'", MAX_ARRAY);
        List<Object> array = new ArrayList<>(Math.min(count, 1 << 16));
        for (int i = 0; i < count; i++) {
            array.add(scalar(in, element, key));
        }
        return List.copyOf(array);
    }

    private static Object scalar(GgufInput in, int type, String key) throws IOException {
        return switch (type) {
            case 0 -> Byte.toUnsignedLong(in.int8());
            case 1 -> (long) in.int8();
            case 2 -> Short.toUnsignedLong(in.int16());
            case 3 -> (long) in.int16();
            case 4 -> Integer.toUnsignedLong(in.int32());
            case 5 -> (long) in.int32();
            case 6 -> Float.intBitsToFloat(in.int32());
            case 7 -> in.int8() != 0;
            case 8 -> in.string();
            case 10, 11 -> in.int64();
            case 12 -> Double.longBitsToDouble(in.int64());
            default -> throw new CheckpointException("'" + key + "' has the unknown value type " + type);
        };
    }

    Optional<String> string(String key) {
        return of(key, String.class, "a string");
    }

    Optional<Boolean> flag(String key) {
        return of(key, Boolean.class, "true or false");
    }

    /** Returns an integer that fits; an array is not one, whatever it holds. */
    OptionalInt integer(String key) {
        Optional<Long> value = of(key, Long.class, "an integer");
        if (value.isPresent() && value.get() != value.get().intValue()) {
            throw new CheckpointException("'" + key + "' is " + value.get() + ", which is too much");
        }
        return value.map(number -> OptionalInt.of(number.intValue())).orElse(OptionalInt.empty());
    }

    int requireInteger(String key) {
        return integer(key).orElseThrow(() -> missing(key));
    }

    /** Returns the decimal number that a float stands for: 1e-5 for the float32 nearest to it. */
    Optional<Double> decimal(String key) {
        return of(key, Number.class, "a number").map(number -> Double.parseDouble(number.toString()));
    }

    /** Returns an array of strings. */
    List<String> requireStrings(String key) {
        return requireList(key).stream()
                .map(element -> cast(key, element, String.class, "strings"))
                .toList();
    }

    /** Returns an array of integers. */
    List<Long> requireIntegers(String key) {
        return requireList(key).stream()
                .map(element -> cast(key, element, Long.class, "integers"))
                .toList();
    }

    private List<?> requireList(String key) {
        return of(key, List.class, "an array").orElseThrow(() -> missing(key));
    }

    private <T> Optional<T> of(String key, Class<T> type, String wanted) {
        return Optional.ofNullable(values.get(key)).map(value -> cast(key, value, type, wanted));
    }

    private static <T> T cast(String key, Object value, Class<T> type, String wanted) {
        if (!type.isInstance(value)) {
            throw new CheckpointException("'" + key + "' must be " + wanted + " but is of "
                    + value.getClass().getSimpleName());
        }
        return type.cast(value);
    }

    private static CheckpointException missing(String key) {
        return new CheckpointException("'" + key + "' is missing");
    }
}
