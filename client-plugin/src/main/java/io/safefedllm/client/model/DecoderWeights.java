package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelTensors;
import io.safefedllm.client.checkpoint.Projection;
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

    /** Loads all weights; the loader's manager owns them. */
    static DecoderWeights load(ModelConfig config, WeightLoader loader) {
        Map<String, NDArray> arrays = new HashMap<>();
        TensorGroup.of(config).forEach(group -> arrays.put(group.key(), loader.load(group)));
        return assemble(config, arrays);
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
            arrays.put(groups.get(i).key(), pieces.get(i).reshape(groups.get(i).arrayShape()));
        }
        return assemble(config, arrays);
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
