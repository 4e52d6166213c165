package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import io.safefedllm.client.checkpoint.Projection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stacked projections that share an input.
 *
 * @param weight [sum of outputs, in]
 * @param bias [sum of outputs], or null
 * @param members the projections in stacking order
 * @param widths output width of each member
 */
record LinearWeights(NDArray weight, @Nullable NDArray bias, List<Projection> members, List<Integer> widths) {

    /**
     * Computes x W^T + b plus, for each adapted member, s B A drop(x).
     *
     * @param x [N, in]
     * @param adapters the members' LoRA matrices in this layer
     * @param dropout rate on the input of each A, one independent mask per member; 0 for none
     * @return [N, sum of outputs]
     */
    NDArray apply(NDArray x, LayerAdapters adapters, float dropout) {
        NDList base = bias == null ? Linear.linear(x, weight) : Linear.linear(x, weight, bias);
        NDArray y = base.singletonOrThrow();
        if (members.stream().noneMatch(adapters::has)) {
            return y;
        }
        NDList deltas = new NDList(members.size());
        for (int i = 0; i < members.size(); i++) {
            LoraPair pair = adapters.pair(members.get(i));
            deltas.add(
                    pair == null
                            ? x.getManager().zeros(new Shape(x.getShape().get(0), widths.get(i)))
                            : pair.delta(x, dropout));
        }
        return y.add(members.size() == 1 ? deltas.get(0) : NDArrays.concat(deltas, 1));
    }
}
