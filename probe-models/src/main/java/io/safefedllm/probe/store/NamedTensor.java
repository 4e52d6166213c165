package io.safefedllm.probe.store;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A binary32 tensor to be written.
 *
 * @param name the tensor's name, not empty and not {@code __metadata__}
 * @param shape dimensions, each 0 or more, row-major
 * @param values the elements between the buffer's position and limit; neither is moved, and the content must not change
 *     before the file is written
 */
public record NamedTensor(String name, List<Integer> shape, FloatBuffer values) {
    /**
     * Checks that there are as many values as the shape says.
     *
     * @throws IllegalArgumentException if the name is reserved or the number of values is another
     */
    public NamedTensor {
        shape = List.copyOf(shape);
        if (name.isEmpty() || name.equals("__metadata__")) {
            throw new IllegalArgumentException("'" + name + "' is not a tensor name");
        }
        long size = 1;
        for (int dimension : shape) {
            size = Math.multiplyExact(size, Math.max(dimension, -1));
        }
        if (size != values.remaining()) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' has shape " + shape + " but " + values.remaining() + " values");
        }
    }
}
