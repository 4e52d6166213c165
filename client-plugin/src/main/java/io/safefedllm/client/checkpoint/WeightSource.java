package io.safefedllm.client.checkpoint;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;

/** Tensors by Hugging Face name, whatever file format they lie in. Confined to one thread. */
public interface WeightSource extends AutoCloseable {
    /** All tensor names. */
    Set<String> names();

    /**
     * The shape of a tensor, [out, in] for matrices.
     *
     * @throws CheckpointException if there is no such tensor
     */
    List<Integer> shape(String name);

    /**
     * Appends {@code count} values of a tensor, from value {@code from} on, at the buffer's position, widened to float32, row by row.
     *
     * @throws CheckpointException if there is no such tensor, its type is not supported or the file ends early
     * @throws IndexOutOfBoundsException if the tensor does not have these values
     */
    void read(String name, long from, long count, FloatBuffer into);

    /** Appends all values of a tensor, see {@link #read(String, long, long, FloatBuffer)}. */
    default void read(String name, FloatBuffer into) {
        long count = 1;
        for (int length : shape(name)) {
            count *= length;
        }
        read(name, 0, count, into);
    }

    @Override
    void close();
}
