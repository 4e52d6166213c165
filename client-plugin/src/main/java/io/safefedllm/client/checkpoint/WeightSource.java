package io.safefedllm.client.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
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

    /**
     * Gives tensors that lie one after the other on disk as one float32 array in the machine's byte order, without reading or copying
     * them: pages come from the file when they are touched, and processes that use the same file share them. The buffer is direct,
     * read-only, and outlives this source; the files must not be shortened while it is in use.
     *
     * @return nothing where they do not lie so
     * @throws CheckpointException if there is no such tensor
     */
    default Optional<ByteBuffer> map(List<String> names) {
        return Optional.empty();
    }

    @Override
    void close();
}
