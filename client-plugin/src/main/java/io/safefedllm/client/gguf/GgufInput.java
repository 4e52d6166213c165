package io.safefedllm.client.gguf;

import io.safefedllm.client.checkpoint.CheckpointException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Little-endian values of a file from its beginning on, with the bounds that untrusted lengths need. */
final class GgufInput {
    private static final int BUFFER = 1 << 16;
    private static final int MAX_STRING = 1 << 24;

    private final InputStream in;
    private final long length;
    private final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long position;

    GgufInput(FileChannel channel) throws IOException {
        this.in = new BufferedInputStream(Channels.newInputStream(channel.position(0)), BUFFER);
        this.length = channel.size();
    }

    long position() {
        return position;
    }

    byte int8() throws IOException {
        return word(Byte.BYTES).get(0);
    }

    short int16() throws IOException {
        return word(Short.BYTES).getShort(0);
    }

    int int32() throws IOException {
        return word(Integer.BYTES).getInt(0);
    }

    long int64() throws IOException {
        return word(Long.BYTES).getLong(0);
    }

    /**
     * Reads an unsigned count.
     *
     * @throws CheckpointException if it is more than {@code most}, or than the file has bytes left
     */
    int count(String what, int most) throws IOException {
        long count = int64();
        if (!(count >= 0 && count <= most && count <= length - position)) {
            throw new CheckpointException("claims " + Long.toUnsignedString(count) + " " + what + "; at most "
                    + Math.min(most, length - position) + " can be there");
        }
        return (int) count;
    }

    /** Reads a string: its length in bytes, then UTF-8. */
    String string() throws IOException {
        byte[] bytes = in.readNBytes(count("bytes of a string", MAX_STRING));
        position += bytes.length;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException("has a string before byte " + position + " that is not UTF-8", e);
        }
    }

    private ByteBuffer word(int width) throws IOException {
        if (in.readNBytes(word.array(), 0, width) != width) {
            throw new EOFException("ends at byte " + position);
        }
        position += width;
        return word;
    }
}
