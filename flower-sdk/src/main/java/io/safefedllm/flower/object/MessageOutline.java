package io.safefedllm.flower.object;

import io.safefedllm.flower.message.MessageError;
import io.safefedllm.flower.message.Metadata;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An inflated message without the bytes of arrays.
 *
 * @param metadata the metadata, with the message id
 * @param error the error, if there is one in place of content
 * @param records the records by key, in order; none if there is an error
 */
public record MessageOutline(Metadata metadata, Optional<MessageError> error, Map<String, RecordOutline> records) {
    /** Copies the map, keeping the order. */
    public MessageOutline {
        records = Collections.unmodifiableMap(new LinkedHashMap<>(records));
    }
}
