package io.safefedllm.golden;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A folder of golden vectors with the list of their digests. */
final class VectorFolder {
    private static final int DIGEST_LENGTH = 64;
    private static final int NAME_START = DIGEST_LENGTH + 2;

    private final Path directory;

    private VectorFolder(Path directory) {
        this.directory = directory;
    }

    /** Opens a folder among the test resources. */
    static VectorFolder of(String resource) throws URISyntaxException {
        return new VectorFolder(Path.of(
                Objects.requireNonNull(VectorFolder.class.getResource(resource)).toURI()));
    }

    GoldenCase read(String file) throws IOException {
        return GoldenCase.read(directory.resolve(file));
    }

    /** Returns the names of all vectors, ascending. */
    List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** Returns the SHA-256 of every vector that is there, by name. */
    Map<String, String> found() throws IOException, NoSuchAlgorithmException {
        Map<String, String> found = new LinkedHashMap<>();
        for (String file : files()) {
            byte[] bytes = Files.readAllBytes(directory.resolve(file));
            found.put(
                    file,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        return found;
    }

    /** Returns the SHA-256 of every vector that {@code SHA256SUMS} lists, by name. */
    Map<String, String> listed() throws IOException {
        Map<String, String> listed = new LinkedHashMap<>();
        for (String line : Files.readAllLines(directory.resolve("SHA256SUMS"))) {
            listed.put(line.substring(NAME_START), line.substring(0, DIGEST_LENGTH));
        }
        return listed;
    }
}
