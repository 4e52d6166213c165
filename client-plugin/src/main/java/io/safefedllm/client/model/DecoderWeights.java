package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelTensors;
import io.safefedllm.client.checkpoint.Projection;
import io.safefedllm.client.checkpoint.WeightSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All weights of a decoder, stacked as {@link TensorGroup} says.
 *
 * @param embedding [V, D]
 * @param layers one per decoder layer
 * @param finalNorm [D]
 * @param head [V, D]; the embedding itself when tied
 */
record DecoderWeights(NDArray embedding, List<LayerWeights> layers, NDArray finalNorm, NDArray head) {
    /**
     * Weights of one layer.
     *
     * @param number position of the layer, from 0
     * @param inputNorm [D]
     * @param attentionInput q, k and v
     * @param attentionOutput o
     * @param postAttentionNorm [D]
     * @param mlpInput gate and up
     * @param mlpOutput down
     */
    record LayerWeights(
            int number,
            NDArray inputNorm,
            LinearWeights attentionInput,
            LinearWeights attentionOutput,
            NDArray postAttentionNorm,
            LinearWeights mlpInput,
            LinearWeights mlpOutput) {}

    /**
     * Takes float32 tensors that lie as they are needed from the file's pages, and reads the others once, straight into the memory that
     * the engine then uses.
     */
    static DecoderWeights load(ModelConfig config, WeightSource source, NDManager manager) {
        return load(config, source, manager, Integer.MAX_VALUE);
    }

    /** As {@link #load(ModelConfig, WeightSource, NDManager)}; what exceeds {@code maxBytes} is read in pieces of at most that. */
    static DecoderWeights load(ModelConfig config, WeightSource source, NDManager manager, int maxBytes) {
        Map<String, NDArray> arrays = new HashMap<>();
        for (TensorGroup group : TensorGroup.of(config)) {
            long bytes = group.size() * Float.BYTES;
            arrays.put(
                    group.key(),
                    bytes <= maxBytes ? read(group, source, manager) : readInPieces(group, source, manager, maxBytes));
        }
        return assemble(config, arrays);
    }

    private static NDArray read(TensorGroup group, WeightSource source, NDManager manager) {
        ByteBuffer buffer = source.map(group.names()).orElseGet(() -> copy(group, source));
        return manager.create(buffer, shape(group), DataType.FLOAT32);
    }

    private static ByteBuffer copy(TensorGroup group, WeightSource source) {
        ByteBuffer buffer = newBuffer(Math.toIntExact(group.size()));
        FloatBuffer values = buffer.asFloatBuffer();
        group.names().forEach(name -> source.read(name, values));
        return buffer;
    }

    /** No buffer of Java's holds 2 GiB, which the embedding of an 8B model exceeds in float32. */
    private static NDArray readInPieces(TensorGroup group, WeightSource source, NDManager manager, int maxBytes) {
        NDArray whole = manager.zeros(shape(group), DataType.FLOAT32);
        long width = group.size() / group.shape().get(0);
        long most = Math.max(1, maxBytes / (width * Float.BYTES));
        long at = 0;
        for (String name : group.names()) {
            long rows = source.shape(name).get(0);
            for (long from = 0; from < rows; from += most) {
                long count = Math.min(most, rows - from);
                ByteBuffer buffer = newBuffer(Math.toIntExact(count * width));
                source.read(name, from * width, count * width, buffer.asFloatBuffer());
                Shape cut = group.shape().size() == 1 ? new Shape(count) : new Shape(count, width);
                try (NDArray piece = manager.create(buffer, cut, DataType.FLOAT32)) {
                    whole.set(new NDIndex("{}:{}", at, at + count), piece);
                }
                at += count;
            }
        }
        return whole;
    }

    private static ByteBuffer newBuffer(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder());
    }

    /** Views a flat vector, ordered as {@link TensorGroup#of}, as weights; gradients flow back into the vector. */
    static DecoderWeights view(ModelConfig config, NDArray flat) {
        List<TensorGroup> groups = TensorGroup.of(config);
        long[] cuts = new long[groups.size() - 1];
        long position = 0;
        for (int i = 0; i < cuts.length; i++) {
            position += groups.get(i).size();
            cuts[i] = position;
        }
        List<NDArray> pieces = flat.split(cuts, 0);
        Map<String, NDArray> arrays = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            arrays.put(groups.get(i).key(), pieces.get(i).reshape(shape(groups.get(i))));
        }
        return assemble(config, arrays);
    }

    private static Shape shape(TensorGroup group) {
        return new Shape(group.shape().stream().mapToLong(Integer::longValue).toArray());
    }

    private static DecoderWeights assemble(ModelConfig config, Map<String, NDArray> arrays) {
        List<LayerWeights> layers = new ArrayList<>();
        for (int n = 0; n < config.dimensions().layers(); n++) {
            layers.add(new LayerWeights(
                    n,
                    get(arrays, ModelTensors.inputNorm(n)),
                    linear(config, arrays, TensorGroup.ATTENTION_INPUT, n),
                    linear(config, arrays, TensorGroup.ATTENTION_OUTPUT, n),
                    get(arrays, ModelTensors.postAttentionNorm(n)),
                    linear(config, arrays, TensorGroup.MLP_INPUT, n),
                    linear(config, arrays, TensorGroup.MLP_OUTPUT, n)));
        }
        NDArray embedding = get(arrays, ModelTensors.EMBEDDING);
        NDArray head = config.tiedEmbeddings() ? embedding : get(arrays, ModelTensors.HEAD);
        return new DecoderWeights(embedding, List.copyOf(layers), get(arrays, ModelTensors.FINAL_NORM), head);
    }

    private static LinearWeights linear(
            ModelConfig config, Map<String, NDArray> arrays, List<Projection> members, int layer) {
        List<Integer> widths = members.stream()
                .map(member -> member.outputWidth(config.dimensions()))
                .toList();
        return new LinearWeights(
                get(arrays, ModelTensors.weight(members.get(0), layer)),
                arrays.get(ModelTensors.bias(members.get(0), layer)),
                members,
                widths);
    }

    private static NDArray get(Map<String, NDArray> arrays, String key) {
        NDArray array = arrays.get(key);
        if (array == null) {
            throw new IllegalStateException("tensor group '" + key + "' was not assembled");
        }
        return array;
    }
}
