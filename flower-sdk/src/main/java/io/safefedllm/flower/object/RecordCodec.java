package io.safefedllm.flower.object;

import static io.safefedllm.flower.object.MalformedObjectException.quote;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.safefedllm.flower.proto.ConfigRecordValue;
import io.safefedllm.flower.proto.MetricRecordValue;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Records between values and protobuf.
 *
 * <p>Metric and config records are hashed in this form; whole dictionaries travel in it only inside a run's context. Reading
 * canonicalises kinds as {@code flower.record} does: an integer that fits int64 becomes one, whatever it was written as.
 */
public final class RecordCodec {
    private RecordCodec() {}

    /** Returns the protobuf form of a dictionary; the bytes of arrays are shared, not copied. */
    public static io.safefedllm.flower.proto.RecordDict toProto(RecordDict dict) {
        io.safefedllm.flower.proto.RecordDict.Builder builder = io.safefedllm.flower.proto.RecordDict.newBuilder();
        dict.records().forEach((key, record) -> {
            io.safefedllm.flower.proto.RecordDict.Item.Builder item =
                    builder.addItemsBuilder().setKey(key);
            if (record instanceof ArrayRecord arrays) {
                item.setArrayRecord(toProto(arrays));
            } else if (record instanceof MetricRecord metrics) {
                item.setMetricRecord(toProto(metrics));
            } else {
                item.setConfigRecord(toProto((ConfigRecord) record));
            }
        });
        return builder.build();
    }

    private static io.safefedllm.flower.proto.ArrayRecord toProto(ArrayRecord record) {
        io.safefedllm.flower.proto.ArrayRecord.Builder builder = io.safefedllm.flower.proto.ArrayRecord.newBuilder();
        record.arrays().forEach((name, array) -> {
            io.safefedllm.flower.proto.Array.Builder value = io.safefedllm.flower.proto.Array.newBuilder()
                    .setDtype(array.dtype())
                    .setStype(array.stype())
                    .setData(UnsafeByteOperations.unsafeWrap(array.npyBuffer()));
            for (int size : array.shape()) {
                value.addShape(size);
            }
            builder.addItemsBuilder().setKey(name).setValue(value);
        });
        return builder.build();
    }

    static io.safefedllm.flower.proto.MetricRecord toProto(MetricRecord record) {
        io.safefedllm.flower.proto.MetricRecord.Builder builder = io.safefedllm.flower.proto.MetricRecord.newBuilder();
        record.values()
                .forEach((key, value) -> builder.addItemsBuilder().setKey(key).setValue(ValueEncoder.metric(value)));
        return builder.build();
    }

    static io.safefedllm.flower.proto.ConfigRecord toProto(ConfigRecord record) {
        io.safefedllm.flower.proto.ConfigRecord.Builder builder = io.safefedllm.flower.proto.ConfigRecord.newBuilder();
        record.values()
                .forEach((key, value) -> builder.addItemsBuilder().setKey(key).setValue(ValueEncoder.config(value)));
        return builder.build();
    }

    /**
     * Returns the dictionary of a protobuf message.
     *
     * @throws MalformedObjectException if a key is there twice, a value is missing or of no kind, or a limit is passed
     */
    public static RecordDict fromProto(io.safefedllm.flower.proto.RecordDict dict, InflateLimits limits)
            throws MalformedObjectException {
        Entries<FlowerRecord> records = new Entries<>(limits, limits.maxRecords());
        for (io.safefedllm.flower.proto.RecordDict.Item item : dict.getItemsList()) {
            records.put(item.getKey(), record(item, limits));
        }
        return RecordDict.of(records.map);
    }

    private static FlowerRecord record(io.safefedllm.flower.proto.RecordDict.Item item, InflateLimits limits)
            throws MalformedObjectException {
        return switch (item.getValueCase()) {
            case ARRAY_RECORD -> arrays(item.getArrayRecord(), limits);
            case METRIC_RECORD -> metrics(item.getMetricRecord(), limits);
            case CONFIG_RECORD -> config(item.getConfigRecord(), limits);
            case VALUE_NOT_SET -> throw new MalformedObjectException("record " + quote(item.getKey()) + " is missing");
        };
    }

    private static ArrayRecord arrays(io.safefedllm.flower.proto.ArrayRecord record, InflateLimits limits)
            throws MalformedObjectException {
        Entries<Array> arrays = new Entries<>(limits, limits.maxEntries());
        for (io.safefedllm.flower.proto.ArrayRecord.Item item : record.getItemsList()) {
            arrays.put(item.getKey(), array(item.getValue(), limits));
        }
        return ArrayRecord.of(arrays.map);
    }

    private static Array array(io.safefedllm.flower.proto.Array wire, InflateLimits limits)
            throws MalformedObjectException {
        ByteString data = wire.getData();
        boolean negative = wire.getShapeList().stream().anyMatch(size -> size < 0);
        if (negative || data.size() > limits.maxArrayBytes()) {
            throw new MalformedObjectException(
                    "array has a negative size, or more than " + limits.maxArrayBytes() + " bytes");
        }
        int[] shape = wire.getShapeList().stream().mapToInt(Integer::intValue).toArray();
        return Array.adopt(wire.getDtype(), shape, wire.getStype(), data.toByteArray());
    }

    static MetricRecord metrics(io.safefedllm.flower.proto.MetricRecord record, InflateLimits limits)
            throws MalformedObjectException {
        Entries<Object> values = new Entries<>(limits, limits.maxEntries());
        for (io.safefedllm.flower.proto.MetricRecord.Item item : record.getItemsList()) {
            MetricRecordValue value = item.getValue();
            values.put(item.getKey(), ValueDecoder.metric(item.getKey(), value));
        }
        return MetricRecord.of(values.map);
    }

    static ConfigRecord config(io.safefedllm.flower.proto.ConfigRecord record, InflateLimits limits)
            throws MalformedObjectException {
        Entries<Object> values = new Entries<>(limits, limits.maxEntries());
        for (io.safefedllm.flower.proto.ConfigRecord.Item item : record.getItemsList()) {
            ConfigRecordValue value = item.getValue();
            values.put(item.getKey(), ValueDecoder.config(item.getKey(), value));
        }
        return ConfigRecord.of(values.map);
    }

    /** Collects entries of a peer in order, within bounds, each key once. */
    private static final class Entries<V> {
        private final Map<String, V> map = new LinkedHashMap<>();
        private final InflateLimits limits;
        private final int maxEntries;

        Entries(InflateLimits limits, int maxEntries) {
            this.limits = limits;
            this.maxEntries = maxEntries;
        }

        void put(String key, V value) throws MalformedObjectException {
            if (key.length() > limits.maxNameLength() || map.size() == maxEntries) {
                throw new MalformedObjectException("a record has more than " + maxEntries
                        + " entries, or a key longer than " + limits.maxNameLength());
            }
            if (map.put(key, value) != null) {
                throw new MalformedObjectException("key " + quote(key) + " is there twice");
            }
        }
    }
}
