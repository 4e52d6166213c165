package io.safefedllm.probe.store;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A tensor to be written whose values come in pieces, so that it need not be in memory as a whole.
 *
 * @param name the tensor's name, not empty and not {@code __metadata__}
 * @param type F32, F16 or BF16, to which values are rounded
 * @param shape dimensions, each 0 or more, row-major
 * @param values where the elements come from
 */
public record TensorStream(String name, TensorType type, List<Integer> shape, Values values) {
    /** Gives the elements of a tensor, in order. */
    @FunctionalInterface
    public interface Values {
        /** Fills {@code into} from its position to its limit with the elements from {@code from} on. */
        void read(long from, FloatBuffer into) throws IOException;
    }

    /**
     * Checks name, type and shape.
     *
     * @throws IllegalArgumentException if the name is reserved, a dimension is negative or the type is not one that can be written
     */
    public TensorStream {
        shape = List.copyOf(shape);
        if (name.isEmpty() || name.equals("__metadata__")) {
            throw new IllegalArgumentException("'" + name + "' is not a tensor name");
        }
        if (type != TensorType.F32 && type != TensorType.F16 && type != TensorType.BF16) {
            throw new IllegalArgumentException("tensor '" + name + "' cannot be written as " + type);
        }
        if (shape.stream().anyMatch(dimension -> dimension < 0)) {
            throw new IllegalArgumentException("tensor '" + name + "' has the impossible shape " + shape);
        }
    }

    static TensorStream of(NamedTensor tensor) {
        FloatBuffer all = tensor.values().duplicate();
        int start = all.position();
        return new TensorStream(tensor.name(), TensorType.F32, tensor.shape(), (from, into) -> {
            int at = start + Math.toIntExact(from);
            into.put(all.duplicate().limit(at + into.remaining()).position(at));
        });
    }

    /** Returns the number of elements. */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** Returns the number of bytes that the elements take in a file. */
    public long byteLength() {
        return Math.multiplyExact(size(), type.width());
    }
}
