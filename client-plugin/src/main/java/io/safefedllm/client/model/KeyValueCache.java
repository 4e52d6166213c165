package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the positions seen so far, one pair per layer. The arrays belong to the manager given; each append
 * closes the pair that it replaces. Confined to one thread.
 */
final class KeyValueCache {
    private final List<Layer> layers = new ArrayList<>();

    KeyValueCache(NDManager manager, int layers) {
        for (int i = 0; i < layers; i++) {
            this.layers.add(new Layer(manager));
        }
    }

    Layer layer(int index) {
        return layers.get(index);
    }

    /** Cache of one layer. */
    static final class Layer {
        private final NDManager manager;
        private @Nullable NDArray key;
        private @Nullable NDArray value;

        private Layer(NDManager manager) {
            this.manager = manager;
        }

        /** Adds keys and values [B, K, T, d] of T further positions. */
        void append(NDArray newKey, NDArray newValue) {
            key = joined(key, newKey);
            value = joined(value, newValue);
        }

        /** [B, K, S, d] */
        NDArray key() {
            return filled(key);
        }

        /** [B, K, S, d] */
        NDArray value() {
            return filled(value);
        }

        /** Makes an array that belongs to the cache's manager and survives an open scope. */
        private NDArray joined(@Nullable NDArray before, NDArray added) {
            NDArray all = before == null ? added.duplicate() : NDArrays.concat(new NDList(before, added), 2);
            NDScope.unregister(all);
            all.attach(manager);
            if (before != null) {
                before.close();
            }
            return all;
        }

        private static NDArray filled(@Nullable NDArray array) {
            if (array == null) {
                throw new IllegalStateException("the cache of a layer was read before anything was added");
            }
            return array;
        }
    }
}
