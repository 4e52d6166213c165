package io.safefedllm.client.gguf;

import java.util.List;

/**
 * What a GGUF file says of one tensor.
 *
 * @param name its name there
 * @param type how its elements are stored
 * @param shape rows first, as everywhere else in the product; the file has it the other way round
 * @param position of its first byte in the file
 */
record GgufTensor(String name, GgmlType type, List<Integer> shape, long position) {
    GgufTensor {
        shape = List.copyOf(shape);
    }

    /** Elements of a row. */
    int width() {
        return shape.get(shape.size() - 1);
    }

    /** Number of rows; 1 for a vector. */
    int rows() {
        return shape.size() == 1 ? 1 : shape.get(0);
    }

    /** Whether all elements fit in so many bytes, however large the sizes claim to be. */
    boolean fitsIn(long bytes) {
        return type.fits((long) rows() * width(), bytes);
    }
}
