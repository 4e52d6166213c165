package io.safefedllm.flower.object;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Makes objects that no encoder would make, with ids that fit. */
final class Forge {
    private Forge() {}

    /** Adds an object with this head and body and returns its id. */
    static String put(Map<String, byte[]> store, String type, List<String> children, String body) {
        return put(store, type, children, body.getBytes(StandardCharsets.UTF_8));
    }

    static String put(Map<String, byte[]> store, String type, List<String> children, byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String head = type + " " + String.join(",", children) + " " + body.length + "\0";
        bytes.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        return put(store, bytes.toByteArray());
    }

    /** Adds any bytes and returns their id. */
    static String put(Map<String, byte[]> store, byte[] bytes) {
        String id = ObjectId.of(bytes);
        store.put(id, bytes);
        return id;
    }

    static ObjectSource source(Map<String, byte[]> store) {
        return id -> {
            byte[] bytes = store.get(id);
            if (bytes == null) {
                throw new MalformedObjectException("no object " + MalformedObjectException.quote(id));
            }
            return bytes;
        };
    }
}
