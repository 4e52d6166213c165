package io.safefedllm.flower.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Immutable, ordered, named arrays. */
public final class ArrayRecord implements FlowerRecord {
    private final Map<String, Array> arrays;

    private ArrayRecord(Map<String, Array> arrays) {
        Texts.requireEncodable(arrays.keySet());
        this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    }

    /**
     * Returns a record of {@code arrays} in their iteration order.
     *
     * @throws IllegalArgumentException if a name has half a surrogate pair
     */
    public static ArrayRecord of(Map<String, Array> arrays) {
        return new ArrayRecord(arrays);
    }

    /** Returns the arrays by name, in order. */
    public Map<String, Array> arrays() {
        return arrays;
    }

    /** Returns whether names, arrays and their order are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ArrayRecord that && Ordered.equal(arrays, that.arrays);
    }

    @Override
    public int hashCode() {
        return arrays.hashCode();
    }

    @Override
    public String toString() {
        return "ArrayRecord" + arrays;
    }
}
