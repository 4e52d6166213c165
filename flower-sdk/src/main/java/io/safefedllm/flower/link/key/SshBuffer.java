package io.safefedllm.flower.link.key;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The strings and numbers of SSH (RFC 4251): everything has its length before it. */
final class SshBuffer {

    private final ByteBuffer bytes;
    private final String file;

    SshBuffer(byte[] bytes, String file) {
        this.bytes = ByteBuffer.wrap(bytes);
        this.file = file;
    }

    int uint32() {
        try {
            return bytes.getInt();
        } catch (BufferUnderflowException e) {
            throw damaged();
        }
    }

    byte[] string() {
        return take(uint32());
    }

    String text() {
        return new String(string(), StandardCharsets.US_ASCII);
    }

    byte[] take(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw damaged();
        }
        byte[] content = new byte[length];
        bytes.get(content);
        return content;
    }

    byte[] rest() {
        return take(bytes.remaining());
    }

    KeyFileException damaged() {
        return new KeyFileException(
                file + " is damaged: it is not the key that OpenSSH wrote; take another copy of it");
    }

    /** Collects the same. */
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer raw(byte[] content) {
            out.writeBytes(content);
            return this;
        }

        Writer uint32(int value) {
            return raw(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        }

        Writer string(byte[] content) {
            return uint32(content.length).raw(content);
        }

        Writer string(String content) {
            return string(content.getBytes(StandardCharsets.UTF_8));
        }

        int size() {
            return out.size();
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
