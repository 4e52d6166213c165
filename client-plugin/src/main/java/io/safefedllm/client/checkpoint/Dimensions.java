package io.safefedllm.client.checkpoint;

/**
 * The sizes of a decoder.
 *
 * @param hidden width D of the residual stream
 * @param intermediate width F inside the MLP
 * @param layers number L of decoder layers
 * @param vocabulary number V of embedding rows; may exceed the tokenizer's vocabulary
 * @param heads number H of query heads
 * @param keyValueHeads number K of key and value heads; divides H
 * @param headDim width d of one head; even, and not necessarily D / H
 */
public record Dimensions(
        int hidden, int intermediate, int layers, int vocabulary, int heads, int keyValueHeads, int headDim) {
    /** Far more layers than any model has; a forged number must not fill the memory with names of tensors. */
    private static final int MAX_LAYERS = 10_000;

    /** Checks ranges and divisibility; a violation is a {@link CheckpointException} naming config.json's field. */
    public Dimensions {
        requirePositive("hidden_size", hidden);
        requirePositive("intermediate_size", intermediate);
        requirePositive("num_hidden_layers", layers);
        if (layers > MAX_LAYERS) {
            throw new CheckpointException("num_hidden_layers must be at most " + MAX_LAYERS + " but was " + layers);
        }
        requirePositive("vocab_size", vocabulary);
        requirePositive("num_attention_heads", heads);
        requirePositive("num_key_value_heads", keyValueHeads);
        requirePositive("head_dim", headDim);
        if (heads % keyValueHeads != 0) {
            throw new CheckpointException(
                    "num_attention_heads " + heads + " must be a multiple of num_key_value_heads " + keyValueHeads);
        }
        if (headDim % 2 != 0) {
            throw new CheckpointException("head_dim must be even but was " + headDim);
        }
    }

    /** Width of all query heads together, H d. */
    public int queryWidth() {
        return heads * headDim;
    }

    /** Width of all key heads together, K d. */
    public int keyValueWidth() {
        return keyValueHeads * headDim;
    }

    /** How many query heads share one key and value head, H / K. */
    public int groupSize() {
        return heads / keyValueHeads;
    }

    private static void requirePositive(String name, int value) {
        if (value <= 0) {
            throw new CheckpointException(name + " must be positive but was " + value);
        }
    }
}
