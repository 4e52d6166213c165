package io.safefedllm.probe.digest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256, which every Java platform has. In text it is 64 lower-case hexadecimal digits. Thread-safe. */
public final class Sha256 {
    private static final int CHUNK = 1 << 16;

    private Sha256() {}

    /** Returns a digest of nothing yet. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256", e);
        }
    }

    /** Returns the 32 bytes for a text in UTF-8. */
    public static byte[] of(String text) {
        return start().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the digest in text and resets it. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the digest of a file of any size. */
    public static String ofFile(Path file) throws IOException {
        return ofFiles(List.of(file));
    }

    /** Returns the digest of the files of a directory whose names end in one of {@code endings}, one after the other by name. */
    public static String ofDirectory(Path directory, List<String> endings) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return ofFiles(files.filter(file -> endings.stream().anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList());
        }
    }

    /** Returns the digest of files of any size, one after the other. */
    public static String ofFiles(List<Path> files) throws IOException {
        MessageDigest digest = start();
        byte[] chunk = new byte[CHUNK];
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                    digest.update(chunk, 0, read);
                }
            }
        }
        return hex(digest);
    }
}
