package io.safefedllm.flower.object;

import io.safefedllm.flower.record.FlowerRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A record of an inflated message without the bytes of arrays. */
public sealed interface RecordOutline {
    /**
     * An array record.
     *
     * @param heads the arrays by name, in order
     */
    record ArrayHeads(Map<String, ArrayHead> heads) implements RecordOutline {
        /** Copies the map, keeping the order. */
        public ArrayHeads {
            heads = Collections.unmodifiableMap(new LinkedHashMap<>(heads));
        }
    }

    /**
     * A metric or config record, complete.
     *
     * @param values the record
     */
    record Complete(FlowerRecord values) implements RecordOutline {}
}
