package io.safefedllm.lab.simulate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 of files of any size, in hexadecimal. */
final class FileDigest {
    private static final int CHUNK = 1 << 16;

    private FileDigest() {}

    /** Returns the digest of one file. */
    static String sha256(Path file) {
        return sha256(List.of(file));
    }

    /** Returns the digest of the weights in a model directory: of all its safetensors files, one after the other by name. */
    static String ofModel(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return sha256(files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
    }

    private static String sha256(List<Path> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                update(digest, file);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, Path file) {
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
