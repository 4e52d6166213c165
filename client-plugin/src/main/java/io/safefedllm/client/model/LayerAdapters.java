package io.safefedllm.client.model;

import io.safefedllm.client.checkpoint.Projection;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The LoRA matrices of one layer, by projection. */
final class LayerAdapters {
    /** A layer without LoRA. */
    static final LayerAdapters NONE = new LayerAdapters(Map.of());

    private final Map<Projection, LoraPair> pairs;

    LayerAdapters(Map<Projection, LoraPair> pairs) {
        this.pairs = new EnumMap<>(Projection.class);
        this.pairs.putAll(pairs);
    }

    boolean has(Projection projection) {
        return pairs.containsKey(projection);
    }

    @Nullable LoraPair pair(Projection projection) {
        return pairs.get(projection);
    }
}
