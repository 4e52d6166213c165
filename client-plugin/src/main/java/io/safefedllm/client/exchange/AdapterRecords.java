package io.safefedllm.client.exchange;

import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Adapters as array records and back. */
final class AdapterRecords {
    private AdapterRecords() {}

    /**
     * Reads an adapter; the result keeps the record's order.
     *
     * @throws IllegalArgumentException if names or shapes are not those of {@code expected}
     * @throws FormatException if an array cannot be decoded or is not of a float type
     */
    static LoraAdapter adapter(ArrayRecord record, AdapterLayout expected) throws FormatException {
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

    /** Writes an adapter as float32 arrays in its order. */
    static ArrayRecord record(LoraAdapter adapter) {
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
