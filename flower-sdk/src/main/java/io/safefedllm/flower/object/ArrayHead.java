package io.safefedllm.flower.object;

import java.util.List;

/**
 * What an Array object says about an array whose bytes have not been fetched.
 *
 * <p>Type and shape are claims of the sender: good enough to refuse early, not to accept.
 *
 * @param objectId the id of the Array object
 * @param dtype NumPy's name of the element type, as claimed
 * @param shape axis lengths, as claimed
 * @param stype the serialisation type
 * @param chunkIds the ids of the chunks in the order of the data; one id may occur more than once
 */
public record ArrayHead(String objectId, String dtype, List<Integer> shape, String stype, List<String> chunkIds) {
    /** Copies the lists. */
    public ArrayHead {
        shape = List.copyOf(shape);
        chunkIds = List.copyOf(chunkIds);
    }
}
