package io.safefedllm.flower.object;

import java.util.Optional;

/** The kinds of objects. */
enum ObjectType {
    ARRAY_CHUNK("ArrayChunk"),
    ARRAY("Array"),
    ARRAY_RECORD("ArrayRecord"),
    METRIC_RECORD("MetricRecord"),
    CONFIG_RECORD("ConfigRecord"),
    RECORD_DICT("RecordDict"),
    MESSAGE("Message");

    private final String wireName;

    ObjectType(String wireName) {
        this.wireName = wireName;
    }

    /** Returns the name in an object's head. */
    String wireName() {
        return wireName;
    }

    static Optional<ObjectType> ofWireName(String name) {
        for (ObjectType type : values()) {
            if (type.wireName.equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
