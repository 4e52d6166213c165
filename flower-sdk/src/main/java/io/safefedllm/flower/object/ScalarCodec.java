package io.safefedllm.flower.object;

import io.safefedllm.flower.proto.Scalar;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Run and node configurations between values and protobuf. */
public final class ScalarCodec {
    private ScalarCodec() {}

    /**
     * Returns the protobuf form of a configuration of {@link Boolean}, {@link Long}, {@link java.math.BigInteger}, {@link
     * Double}, {@link String} and {@link io.safefedllm.flower.record.Bytes} values.
     *
     * @throws IllegalArgumentException for any other value
     */
    public static Map<String, Scalar> toProto(Map<String, ?> config) {
        Map<String, Scalar> result = new LinkedHashMap<>();
        config.forEach((key, value) -> result.put(key, ValueEncoder.scalar(key, value)));
        return result;
    }

    /**
     * Returns a configuration of a peer, unmodifiable, in the classes that {@link #toProto} accepts; a {@link
     * java.math.BigInteger} only above 2^63 - 1.
     *
     * @throws MalformedObjectException if a value is missing or of an unknown kind
     */
    public static Map<String, Object> fromProto(Map<String, Scalar> config) throws MalformedObjectException {
        Map<String, Object> result = new LinkedHashMap<>();
        for (Map.Entry<String, Scalar> entry : config.entrySet()) {
            result.put(entry.getKey(), ValueDecoder.scalar(entry.getKey(), entry.getValue()));
        }
        return Collections.unmodifiableMap(result);
    }
}
