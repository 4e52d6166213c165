package io.safefedllm.probe.store;

import java.util.List;

/**
 * What the header of a safetensors file says of one tensor.
 *
 * @param name the tensor's name, any non-empty string
 * @param type element type
 * @param shape dimensions, each 0 or more; empty for a scalar
 * @param begin position of the first byte, counted from the end of the header
 * @param end position after the last byte
 */
public record TensorInfo(String name, TensorType type, List<Long> shape, long begin, long end) {
    /** Copies the shape. */
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Returns the number of elements. */
    public long size() {
        return (end - begin) / type.width();
    }
}
