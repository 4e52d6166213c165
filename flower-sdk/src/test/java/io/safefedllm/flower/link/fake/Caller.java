package io.safefedllm.flower.link.fake;

import java.util.Map;
import java.util.Optional;

/** Who calls: the headers, with binary ones decoded, under lower-case names without a suffix. */
record Caller(Map<String, String> texts, Map<String, BinaryHeader> binaries) {

    Optional<String> text(String name) {
        return Optional.ofNullable(texts.get(name));
    }

    Optional<BinaryHeader> binary(String name) {
        return Optional.ofNullable(binaries.get(name));
    }

    /** A decoded header. */
    static final class BinaryHeader {
        private final byte[] value;

        BinaryHeader(byte[] value) {
            this.value = value.clone();
        }

        byte[] value() {
            return value.clone();
        }
    }
}
