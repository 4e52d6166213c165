package io.safefedllm.flower.object;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * An object to be sent: head, zero byte, body.
 *
 * <p>The body may be a view of an array's bytes, so that a bundle of chunks takes no memory beside the arrays.
 */
final class EncodedObject {
    private final ByteBuffer head;
    private final ByteBuffer body;
    private final String id;

    EncodedObject(ObjectType type, Collection<String> children, ByteBuffer body) {
        String text = type.wireName() + " " + String.join(",", children) + " " + body.remaining() + "\0";
        this.head = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        this.body = body.slice();
        this.id = ObjectId.of(head, this.body);
    }

    String id() {
        return id;
    }

    int size() {
        return head.remaining() + body.remaining();
    }

    byte[] toBytes() {
        byte[] bytes = new byte[size()];
        head.duplicate().get(bytes, 0, head.remaining());
        body.duplicate().get(bytes, head.remaining(), body.remaining());
        return bytes;
    }
}
