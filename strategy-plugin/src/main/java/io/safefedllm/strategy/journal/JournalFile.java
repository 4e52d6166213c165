package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.probe.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of JSON lines, each chained to the one before: {@code seq} counts from 1, {@code prev} is the SHA-256 of the line
 * before without its line feed, 64 zeros on the first line.
 *
 * <p>Lines are appended in batches; a batch is on disk when {@link #append} returns. One writer.
 */
final class JournalFile implements AutoCloseable {
    static final String NO_LINE = "0".repeat(64);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final FileChannel file;
    private long seq;
    private String prev;
    private long bytes;

    private JournalFile(FileChannel file, JournalMark at) {
        this.file = file;
        this.seq = at.seq();
        this.prev = at.head();
        this.bytes = at.bytes();
    }

    /**
     * Opens the file to go on after a mark; what a crash left behind the mark is cut off.
     *
     * @throws JournalException if the file is shorter than the mark says, or its line there is another one
     * @throws IOException if it cannot be read or cut
     */
    static JournalFile resume(Path path, JournalMark mark) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            requireMark(path, file, mark);
            file.truncate(mark.bytes());
            file.position(mark.bytes());
            file.force(true);
            return new JournalFile(file, mark);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static void requireMark(Path path, FileChannel file, JournalMark mark) throws IOException {
        if (file.size() < mark.bytes()) {
            throw new JournalException(path + ": the file ends before line " + mark.seq()
                    + ", which the state of the run counts on; restore it");
        }
        byte[] kept = new byte[Math.toIntExact(mark.bytes())];
        ByteBuffer buffer = ByteBuffer.wrap(kept);
        while (buffer.hasRemaining() && file.read(buffer, buffer.position()) >= 0) {
            // a channel may give less than asked for
        }
        int end = kept.length - 1;
        int start = end;
        while (start > 0 && kept[start - 1] != '\n') {
            start--;
        }
        String head = kept.length == 0 ? NO_LINE : sha256(Arrays.copyOfRange(kept, start, end));
        if (!head.equals(mark.head())) {
            throw new JournalException(
                    path + ": line " + mark.seq() + " was changed after it was written; restore the file");
        }
    }

    /** Returns where the file ends now. */
    JournalMark mark() {
        return new JournalMark(seq, prev, bytes);
    }

    /** Appends lines of a type; the values may be null. */
    void append(String type, List<Map<String, Object>> lines) {
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        for (Map<String, Object> line : lines) {
            byte[] bytes = encode(type, line);
            batch.writeBytes(bytes);
            batch.write('\n');
            prev = sha256(bytes);
        }
        write(ByteBuffer.wrap(batch.toByteArray()));
        bytes += batch.size();
    }

    private byte[] encode(String type, Map<String, Object> content) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("type", type);
        line.put("seq", ++seq);
        line.put("prev", prev);
        line.putAll(content);
        try {
            return JSON.writeValueAsString(line).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("journal lines hold plain values only", e);
        }
    }

    private void write(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the hexadecimal SHA-256 of bytes. */
    static String sha256(byte[] bytes) {
        MessageDigest digest = Sha256.start();
        digest.update(bytes);
        return Sha256.hex(digest);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
