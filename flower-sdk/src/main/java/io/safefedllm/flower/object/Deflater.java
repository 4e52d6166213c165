package io.safefedllm.flower.object;

import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Takes values apart into objects, children before parents, every object once. Not thread-safe. */
final class Deflater {
    /** Flower's own chunk size; other sizes are legal but give other ids. */
    static final int CHUNK_BYTES = 5 << 20;

    private final Map<String, EncodedObject> objects = new LinkedHashMap<>();
    private final IdentityHashMap<Object, ObjectTree> done = new IdentityHashMap<>();

    /** Returns the objects so far by id, children first. */
    Map<String, EncodedObject> objects() {
        return Collections.unmodifiableMap(objects);
    }

    ObjectTree message(Message message) {
        byte[] body = WireMessages.hashedBody(message).toByteArray();
        List<ObjectTree> children = message.hasError() ? List.of() : List.of(dictionary(message.content()));
        return add(ObjectType.MESSAGE, children, body);
    }

    ObjectTree dictionary(RecordDict dict) {
        return once(dict, () -> named(ObjectType.RECORD_DICT, dict.records(), this::record));
    }

    ObjectTree record(FlowerRecord record) {
        return once(record, () -> {
            if (record instanceof ArrayRecord arrays) {
                return named(ObjectType.ARRAY_RECORD, arrays.arrays(), this::array);
            }
            if (record instanceof MetricRecord metrics) {
                return add(
                        ObjectType.METRIC_RECORD,
                        List.of(),
                        RecordCodec.toProto(metrics).toByteArray());
            }
            return add(
                    ObjectType.CONFIG_RECORD,
                    List.of(),
                    RecordCodec.toProto((ConfigRecord) record).toByteArray());
        });
    }

    ObjectTree array(Array array) {
        return once(array, () -> {
            Map<String, ObjectTree> chunks = new LinkedHashMap<>();
            List<String> inOrder = new ArrayList<>();
            ByteBuffer npy = array.npyBuffer();
            for (int from = 0; from < npy.limit(); from += CHUNK_BYTES) {
                ByteBuffer slice = npy.slice(from, Math.min(CHUNK_BYTES, npy.limit() - from));
                ObjectTree chunk = add(ObjectType.ARRAY_CHUNK, List.of(), slice);
                chunks.putIfAbsent(chunk.objectId(), chunk);
                inOrder.add(chunk.objectId());
            }
            List<String> unique = List.copyOf(chunks.keySet());
            List<Integer> indices = inOrder.stream().map(unique::indexOf).toList();
            List<Integer> shape = Arrays.stream(array.shape()).boxed().toList();
            String body = JsonText.array(array.dtype(), shape, array.stype(), indices);
            return add(ObjectType.ARRAY, chunks.values(), body.getBytes(StandardCharsets.US_ASCII));
        });
    }

    private ObjectTree once(Object value, Supplier<ObjectTree> deflate) {
        ObjectTree known = done.get(value);
        if (known == null) {
            known = deflate.get();
            done.put(value, known);
        }
        return known;
    }

    /** Something that takes one value apart. */
    private interface Step<V> {
        ObjectTree deflate(V value);
    }

    private <V> ObjectTree named(ObjectType type, Map<String, V> values, Step<V> step) {
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, ObjectTree> children = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            ObjectTree child = step.deflate(value);
            names.put(name, child.objectId());
            children.putIfAbsent(child.objectId(), child);
        });
        return add(type, children.values(), JsonText.object(names).getBytes(StandardCharsets.US_ASCII));
    }

    private ObjectTree add(ObjectType type, Collection<ObjectTree> children, byte[] body) {
        return add(type, children, ByteBuffer.wrap(body));
    }

    private ObjectTree add(ObjectType type, Collection<ObjectTree> children, ByteBuffer body) {
        List<String> ids = children.stream().map(ObjectTree::objectId).toList();
        EncodedObject object = new EncodedObject(type, ids, body);
        objects.putIfAbsent(object.id(), object);
        return new ObjectTree(object.id(), List.copyOf(children));
    }
}
