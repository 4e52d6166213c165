package io.safefedllm.flower.link.embedded;

import io.safefedllm.flower.message.Message;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Gives messages their ids. */
final class ObjectCodec {
    private ObjectCodec() {}

    static Message identify(Message message) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((message.metadata().createdAt()
                                    + message.withMessageId("").toString())
                            .getBytes(StandardCharsets.UTF_8));
            return message.withMessageId(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
