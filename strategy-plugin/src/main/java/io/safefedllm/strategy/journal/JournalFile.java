package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.strategy.settings.SettingsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
    private String prev = NO_LINE;

    private JournalFile(FileChannel file) {
        this.file = file;
    }

    /**
     * Creates the file.
     *
     * @throws SettingsException if there is one already: what was decided is never written over
     * @throws UncheckedIOException if it cannot be created
     */
    static JournalFile create(Path path) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            return new JournalFile(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (FileAlreadyExistsException e) {
            throw new SettingsException("the journal '" + path + "' is there already; choose another directory");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
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
