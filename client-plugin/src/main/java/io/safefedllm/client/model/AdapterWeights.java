package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.safefedllm.client.checkpoint.Projection;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The LoRA matrices of all layers as views into one flat vector. */
final class AdapterWeights {
    private final List<LayerAdapters> layers;

    private AdapterWeights(List<LayerAdapters> layers) {
        this.layers = layers;
    }

    /** No LoRA in any of {@code layers} layers. */
    static AdapterWeights none(int layers) {
        return new AdapterWeights(Collections.nCopies(layers, LayerAdapters.NONE));
    }

    /**
     * Cuts a flat vector into matrices; gradients flow back into the vector.
     *
     * @param flat [layout size] in the layout's order
     * @param scales [layout size], 1 for elements of A and alpha / r for elements of B; must stay open until after
     *     backward
     */
    static AdapterWeights view(LoraTargets targets, int layers, NDArray flat, NDArray scales) {
        Map<String, NDArray> matrices = split(targets.layout(), flat.mul(scales));
        List<Map<Projection, LoraPair>> pairs = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            pairs.add(new EnumMap<>(Projection.class));
        }
        for (LoraTargets.Target target : targets.targets()) {
            NDArray a = Objects.requireNonNull(matrices.get(target.nameOfA()));
            NDArray b = Objects.requireNonNull(matrices.get(target.nameOfB()));
            pairs.get(target.layer()).put(target.projection(), new LoraPair(a, b));
        }
        return new AdapterWeights(pairs.stream().map(LayerAdapters::new).toList());
    }

    private static Map<String, NDArray> split(AdapterLayout layout, NDArray flat) {
        List<TensorSpec> tensors = layout.tensors();
        long[] cuts = new long[tensors.size() - 1];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = layout.offset(tensors.get(i + 1).name());
        }
        List<NDArray> pieces = flat.split(cuts, 0);
        Map<String, NDArray> matrices = new HashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            TensorSpec tensor = tensors.get(i);
            Shape shape = new Shape(tensor.shape().get(0), tensor.shape().get(1));
            matrices.put(tensor.name(), pieces.get(i).reshape(shape));
        }
        return matrices;
    }

    /** Factors that {@link #view} multiplies with, in the layout's order. */
    static float[] scales(AdapterLayout layout, float scaleOfB) {
        float[] scales = new float[layout.size()];
        for (TensorSpec tensor : layout.tensors()) {
            int from = layout.offset(tensor.name());
            Arrays.fill(scales, from, from + tensor.size(), tensor.isLoraB() ? scaleOfB : 1f);
        }
        return scales;
    }

    LayerAdapters layer(int layer) {
        return layers.get(layer);
    }
}
