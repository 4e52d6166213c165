package io.safefedllm.client.exchange;

import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Adapters as array records and back. Stateless and thread-safe. */
public final class AdapterRecords {
    private AdapterRecords() {}

    /**
     * Reads an adapter; the result keeps the record's order.
     *
     * @throws IllegalArgumentException if names or shapes are not those of {@code expected}
     * @throws FormatException if an array cannot be decoded or is not of a float type
     */
    public static LoraAdapter adapter(ArrayRecord record, AdapterLayout expected) throws FormatException {
        requireNames(record.arrays().keySet(), expected);
        AdapterLayout layout = AdapterLayout.of(
                record.arrays().keySet().stream().map(expected::tensor).toList());
        float[] values = new float[layout.size()];
        for (Map.Entry<String, Array> entry : record.arrays().entrySet()) {
            float[] data = checked(entry.getValue(), layout.tensor(entry.getKey()));
            System.arraycopy(data, 0, values, layout.offset(entry.getKey()), data.length);
        }
        return LoraAdapter.wrap(layout, values);
    }

    /**
     * Reads the adapter of the only array record of {@code content}, whatever its names and shapes are.
     *
     * @throws IllegalArgumentException if there is not one array record, or it is no adapter
     * @throws FormatException if an array cannot be decoded or is not of a float type
     */
    public static LoraAdapter only(RecordDict content) throws FormatException {
        ArrayRecord record = onlyRecord(content);
        List<TensorSpec> tensors = new ArrayList<>();
        for (Map.Entry<String, Array> entry : record.arrays().entrySet()) {
            int[] shape = entry.getValue().decode().shape();
            tensors.add(
                    new TensorSpec(entry.getKey(), Arrays.stream(shape).boxed().toList()));
        }
        return adapter(record, AdapterLayout.of(tensors));
    }

    /**
     * Reads the adapter of the only array record of {@code content}; the result keeps the record's order.
     *
     * @throws IllegalArgumentException if there is not one array record, or names or shapes are not those of {@code expected}
     * @throws FormatException if an array cannot be decoded or is not of a float type
     */
    public static LoraAdapter only(RecordDict content, AdapterLayout expected) throws FormatException {
        return adapter(onlyRecord(content), expected);
    }

    private static ArrayRecord onlyRecord(RecordDict content) {
        Map<String, ArrayRecord> arrays = content.arrayRecords();
        if (arrays.size() != 1) {
            throw new IllegalArgumentException("a message must hold one array record but held " + arrays.size());
        }
        return arrays.values().iterator().next();
    }

    /** Writes an adapter as float32 arrays in its order. */
    public static ArrayRecord record(LoraAdapter adapter) {
        Map<String, Array> arrays = new LinkedHashMap<>();
        for (TensorSpec tensor : adapter.layout().tensors()) {
            int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
            arrays.put(tensor.name(), Array.ofFloat32(shape, adapter.tensor(tensor.name())));
        }
        return ArrayRecord.of(arrays);
    }

    private static float[] checked(Array array, TensorSpec tensor) throws FormatException {
        var view = array.decode();
        List<Integer> shape = Arrays.stream(view.shape()).boxed().toList();
        if (!shape.equals(tensor.shape())) {
            throw new IllegalArgumentException("the array '" + tensor.name() + "' must have shape " + tensor.shape()
                    + " but has " + shape + "; use the rank that this node was started with");
        }
        return view.toFloat32();
    }

    private static void requireNames(Set<String> names, AdapterLayout expected) {
        Set<String> missing = new TreeSet<>();
        expected.tensors().forEach(tensor -> missing.add(tensor.name()));
        missing.removeAll(names);
        Set<String> surplus = new TreeSet<>(names);
        surplus.removeIf(expected::contains);
        if (!missing.isEmpty() || !surplus.isEmpty()) {
            throw new IllegalArgumentException("the arrays do not fit this node's model: " + missing.size()
                    + " missing" + first(missing) + ", " + surplus.size() + " not known here" + first(surplus)
                    + "; use the target modules that this node was started with");
        }
    }

    private static String first(Set<String> names) {
        return names.isEmpty() ? "" : " (first '" + names.iterator().next() + "')";
    }
}
