package io.safefedllm.probe.lora;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names, shapes and order of the tensors of an adapter.
 *
 * <p>All values of an adapter lie in one array, tensor after tensor in the order of the layout, each row-major. Two
 * layouts are equal when they hold the same tensors in the same order; {@link #hasSameTensors} ignores the order.
 * Immutable and thread-safe.
 */
public final class AdapterLayout {
    private final List<TensorSpec> tensors;
    private final Map<String, Integer> positions;
    private final int[] offsets;
    private final int size;

    private AdapterLayout(List<TensorSpec> tensors) {
        this.tensors = List.copyOf(tensors);
        this.positions = new HashMap<>();
        this.offsets = new int[tensors.size()];
        long total = 0;
        for (int i = 0; i < offsets.length; i++) {
            TensorSpec tensor = this.tensors.get(i);
            if (positions.put(tensor.name(), i) != null) {
                throw new IllegalArgumentException("tensor '" + tensor.name() + "' appears twice in the layout");
            }
            offsets[i] = (int) total;
            total += tensor.size();
            if (total > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("an adapter must have at most 2147483647 elements");
            }
        }
        this.size = (int) total;
    }

    /**
     * Makes a layout that keeps the order of {@code tensors}.
     *
     * @throws IllegalArgumentException if there is no tensor, a name appears twice, or all tensors together have more
     *     than 2^31 - 1 elements
     */
    public static AdapterLayout of(List<TensorSpec> tensors) {
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("an adapter must have at least one tensor");
        }
        return new AdapterLayout(tensors);
    }

    /** Returns the tensors in the order of the layout. */
    public List<TensorSpec> tensors() {
        return tensors;
    }

    /** Returns the number of elements of all tensors together. */
    public int size() {
        return size;
    }

    /** Returns whether the layout has a tensor of that name. */
    public boolean contains(String name) {
        return positions.containsKey(name);
    }

    /**
     * Returns name and shape of one tensor.
     *
     * @throws IllegalArgumentException if the layout has no tensor of that name
     */
    public TensorSpec tensor(String name) {
        return tensors.get(position(name));
    }

    /**
     * Returns the position of the first element of one tensor among all elements of the adapter.
     *
     * @throws IllegalArgumentException if the layout has no tensor of that name
     */
    public int offset(String name) {
        return offsets[position(name)];
    }

    /** Returns whether {@code other} has the same names with the same shapes, in whatever order. */
    public boolean hasSameTensors(AdapterLayout other) {
        return tensors.equals(other.tensors) || shapes().equals(other.shapes());
    }

    private Map<String, List<Integer>> shapes() {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        for (TensorSpec tensor : tensors) {
            shapes.put(tensor.name(), tensor.shape());
        }
        return shapes;
    }

    private int position(String name) {
        Integer position = positions.get(name);
        if (position == null) {
            throw new IllegalArgumentException("the adapter has no tensor '" + name + "'");
        }
        return position;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdapterLayout layout && tensors.equals(layout.tensors);
    }

    @Override
    public int hashCode() {
        return tensors.hashCode();
    }

    @Override
    public String toString() {
        return "AdapterLayout[" + tensors.size() + " tensors, " + size + " elements]";
    }
}
