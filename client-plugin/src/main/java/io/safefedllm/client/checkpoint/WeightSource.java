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
     * Appends all values of a tensor at the buffer's position, widened to float32, row by row.
     *
     * @throws CheckpointException if there is no such tensor, its type is not supported or the file ends early
     */
    void read(String name, FloatBuffer into);

    @Override
    void close();
}
