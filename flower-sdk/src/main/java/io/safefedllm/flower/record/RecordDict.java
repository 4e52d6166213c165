package io.safefedllm.flower.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The immutable, ordered content of a message: records by key. */
public final class RecordDict {
    private static final RecordDict EMPTY = new RecordDict(Map.of());

    private final Map<String, FlowerRecord> records;

    private RecordDict(Map<String, ? extends FlowerRecord> records) {
        Texts.requireEncodable(records.keySet());
        this.records = Collections.unmodifiableMap(new LinkedHashMap<>(records));
    }

    /**
     * Returns a dictionary of {@code records} in their iteration order.
     *
     * @throws IllegalArgumentException if a name has half a surrogate pair
     */
    public static RecordDict of(Map<String, ? extends FlowerRecord> records) {
        return new RecordDict(records);
    }

    /** Returns the dictionary without records. */
    public static RecordDict empty() {
        return EMPTY;
    }

    /** Returns all records by key, in order. */
    public Map<String, FlowerRecord> records() {
        return records;
    }

    /** Returns the array records by key, in order. */
    public Map<String, ArrayRecord> arrayRecords() {
        return only(ArrayRecord.class);
    }

    /** Returns the metric records by key, in order. */
    public Map<String, MetricRecord> metricRecords() {
        return only(MetricRecord.class);
    }

    /** Returns the config records by key, in order. */
    public Map<String, ConfigRecord> configRecords() {
        return only(ConfigRecord.class);
    }

    private <R extends FlowerRecord> Map<String, R> only(Class<R> kind) {
        Map<String, R> selected = new LinkedHashMap<>();
        records.forEach((key, value) -> {
            if (kind.isInstance(value)) {
                selected.put(key, kind.cast(value));
            }
        });
        return Collections.unmodifiableMap(selected);
    }

    /** Returns whether keys, records and their order are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RecordDict that && Ordered.equal(records, that.records);
    }

    @Override
    public int hashCode() {
        return records.hashCode();
    }

    @Override
    public String toString() {
        return "RecordDict" + records;
    }
}
