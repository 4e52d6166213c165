package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import io.safefedllm.client.checkpoint.Dimensions;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.Projection;
import io.safefedllm.client.model.DecoderWeights.LayerWeights;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mathematics of a Llama decoder (LORA-TRAINER 2). Stateless and thread-safe.
 *
 * <p>Positions are kept flat, [B T, D], so that every linear map is one matrix product. B rows, T positions, H query
 * heads, K key and value heads, d head width, S keys (T, or more with a cache).
 */
/*
 * What keeps a step short on small models is the number of operator calls, about 10 microseconds each:
 *  - q, k, v are one product, gate and up another (TensorGroup);
 *  - q and k are rotated together, by [lo|hi] * c + [hi|lo] * [-s|s];
 *  - the factor d^(-1/2) of the scores sits in the rotation tables, d^(-1/4) on either side;
 *  - alpha / r is applied once to the flat adapter, not once per projection;
 *  - positions without a label (in generation: all but the last) leave the last layer after attention (see labelled).
 * Results of operators may be closed before backward, arrays over Java memory may not: those belong to the pass.
 * No operator with a Java number is used where gradients flow, except add: the engine keeps a pointer to the number's
 * memory, which is gone when backward reads it (LORA-TRAINER 8.1).
 */
final class Decoder {
    private static final Set<Projection> AFTER_ATTENTION =
            EnumSet.of(Projection.OUTPUT, Projection.GATE, Projection.UP, Projection.DOWN);

    private final Dimensions sizes;
    private final float epsilon;

    Decoder(ModelConfig config) {
        this.sizes = config.dimensions();
        this.epsilon = (float) config.rmsNormEpsilon();
    }

    /**
     * Runs all layers; the final norm is left to {@link #logits}.
     *
     * @param wanted positions [M] in 0..B T - 1 that matter, or null for all; the others skip what the last layer does
     *     after attention
     * @return [M, D], or [B T, D]
     */
    NDArray hidden(DecoderWeights weights, AdapterWeights adapters, DecoderPass pass, @Nullable NDArray wanted) {
        NDArray x = rows(weights.embedding(), pass.ids());
        int last = weights.layers().size() - 1;
        for (int n = 0; n <= last; n++) {
            LayerWeights layer = weights.layers().get(n);
            NDArray kept = n == last ? wanted : null;
            x = scopedLayer(layer, adapters.layer(n), x, pass, kept);
        }
        return x;
    }

    /** Runs all layers and returns the mean loss over the labelled rows, a scalar; logits and the like are closed. */
    NDArray loss(DecoderWeights weights, AdapterWeights adapters, DecoderPass pass, LabelledRows rows) {
        NDArray hidden = labelled(weights, adapters, pass, rows.positions());
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray loss = rows.loss(logits(weights, hidden));
            NDScope.unregister(loss);
            return loss;
        }
    }

    /**
     * The last layer runs for labelled positions only after attention, but where dropout draws masks there: PEFT draws them for all
     * positions, and the same seed is to give the same masks.
     */
    private NDArray labelled(DecoderWeights weights, AdapterWeights adapters, DecoderPass pass, NDArray positions) {
        LayerAdapters last = adapters.layer(weights.layers().size() - 1);
        if (pass.dropout() > 0f && AFTER_ATTENTION.stream().anyMatch(last::has)) {
            return rows(hidden(weights, adapters, pass, null), positions);
        }
        return hidden(weights, adapters, pass, positions);
    }

    /** Picks rows [M] of a matrix [N, D]; the result is [M, D]. */
    private static NDArray rows(NDArray matrix, NDArray index) {
        return Embedding.embedding(index, matrix, SparseFormat.DENSE).singletonOrThrow();
    }

    /** Applies final norm and output matrix to rows [M, D]; the result is [M, V]. */
    NDArray logits(DecoderWeights weights, NDArray rows) {
        NDArray normed = norm(rows, weights.finalNorm());
        return Linear.linear(normed, weights.head()).singletonOrThrow();
    }

    /**
     * Closes what a layer leaves behind, all but its output and the cache. What backward needs of it the engine keeps by itself; the
     * rest, about half, would lie there until the end of the step.
     */
    private NDArray scopedLayer(
            LayerWeights weights, LayerAdapters adapter, NDArray x, DecoderPass pass, @Nullable NDArray wanted) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray y = layer(weights, adapter, x, pass, wanted);
            NDScope.unregister(y);
            return y;
        }
    }

    private NDArray layer(
            LayerWeights weights, LayerAdapters adapter, NDArray x, DecoderPass pass, @Nullable NDArray wanted) {
        NDArray mixed = attention(weights, adapter, norm(x, weights.inputNorm()), pass);
        NDArray joined = wanted == null ? mixed : rows(mixed, wanted);
        NDArray stream = wanted == null ? x : rows(x, wanted);
        NDArray middle = stream.add(weights.attentionOutput().apply(joined, adapter, pass.dropout()));
        return middle.add(mlp(weights, adapter, norm(middle, weights.postAttentionNorm()), pass));
    }

    /** w x / sqrt(mean(x^2) + eps) over the last axis of [N, D]. */
    private NDArray norm(NDArray x, NDArray weight) {
        NDArray root = x.square().mean(new int[] {1}, true).add(epsilon).sqrt();
        return x.div(root).mul(weight);
    }

    private NDArray mlp(LayerWeights weights, LayerAdapters adapter, NDArray h, DecoderPass pass) {
        NDList gateAndUp = weights.mlpInput().apply(h, adapter, pass.dropout()).split(cut(sizes.intermediate()), 1);
        NDArray gate = gateAndUp.get(0);
        NDArray activated = gate.mul(Activation.sigmoid(gate)).mul(gateAndUp.get(1));
        return weights.mlpOutput().apply(activated, adapter, pass.dropout());
    }

    /** Everything from the projections to the joined heads, [B T, H d]; o_proj comes later. */
    private NDArray attention(LayerWeights weights, LayerAdapters adapter, NDArray h, DecoderPass pass) {
        NDList heads = weights.attentionInput()
                .apply(h, adapter, pass.dropout())
                .reshape(pass.rows(), pass.length(), sizes.heads() + 2L * sizes.keyValueHeads(), sizes.headDim())
                .swapAxes(1, 2)
                .split(cut(sizes.heads() + sizes.keyValueHeads()), 1);
        NDList queryAndKey = rotate(heads.get(0), pass).split(cut(sizes.heads()), 1);
        NDArray key = queryAndKey.get(1);
        NDArray value = heads.get(1);
        if (pass.cache() != null) {
            KeyValueCache.Layer cache = pass.cache().layer(weights.number());
            cache.append(key, value);
            key = cache.key();
            value = cache.value();
        }
        NDArray mixed = mix(queryAndKey.get(0), key, value, pass);
        return mixed.swapAxes(1, 2).reshape((long) pass.rows() * pass.length(), sizes.queryWidth());
    }

    /** Rotates [B, H + K, T, d] by position and multiplies by d^(-1/4). */
    private NDArray rotate(NDArray u, DecoderPass pass) {
        NDList halves = u.split(cut(sizes.headDim() / 2), 3);
        NDArray swapped = NDArrays.concat(new NDList(halves.get(1), halves.get(0)), 3);
        return u.mul(pass.cosines()).add(swapped.mul(pass.signedSines()));
    }

    /**
     * Attention proper; query heads that share a key head are handled as further query positions, so keys are not copied.
     *
     * @param query [B, H, T, d]
     * @param key [B, K, S, d]
     * @param value [B, K, S, d]
     * @return [B, H, T, d]
     */
    private NDArray mix(NDArray query, NDArray key, NDArray value, DecoderPass pass) {
        NDArray transposed = key.swapAxes(2, 3);
        if (sizes.groupSize() == 1) {
            return pass.masked(query.matMul(transposed), 1).softmax(3).matMul(value);
        }
        long rows = pass.rows();
        long heads = sizes.keyValueHeads();
        long group = sizes.groupSize();
        long length = pass.length();
        long keys = key.getShape().get(2);
        NDArray grouped = query.reshape(rows, heads, group * length, sizes.headDim());
        NDArray scores = grouped.matMul(transposed).reshape(rows, heads, group, length, keys);
        NDArray shares = pass.masked(scores, 2).softmax(4).reshape(rows, heads, group * length, keys);
        return shares.matMul(value).reshape(new Shape(rows, sizes.heads(), length, sizes.headDim()));
    }

    private static long[] cut(long position) {
        return new long[] {position};
    }
}
