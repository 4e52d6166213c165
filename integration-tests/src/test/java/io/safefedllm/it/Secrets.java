package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.link.key.KeyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must not be seen anywhere: the secret of an executor, the key of a node, the tokens of runs. */
final class Secrets {

    /** A token has 256 hexadecimal digits; digests, which may be shown, have 64. */
    private static final Pattern TOKEN = Pattern.compile("[0-9a-fA-F]{128}");

    /** The last lines of a key's file hold the private half. */
    private static final int PUBLIC_LINES = 4;

    private final List<String> texts;

    private Secrets(List<String> texts) {
        this.texts = texts;
    }

    /** Returns those of an executor's secret and a node's key, both files. */
    static Secrets of(Path executorSecret, Path nodeKey) throws IOException {
        ECPrivateKey key = (ECPrivateKey) KeyFiles.read(nodeKey).getPrivate();
        Stream<String> linesOfKey = Files.readAllLines(nodeKey).stream()
                .skip(PUBLIC_LINES)
                .filter(line -> !line.startsWith("---") && line.length() > 20);
        return new Secrets(Stream.concat(
                        Stream.of(
                                Files.readString(executorSecret),
                                key.getS().toString(),
                                key.getS().toString(16)),
                        linesOfKey)
                .toList());
    }

    /** Requires that a text shows none of them. */
    void requireHidden(String where, String text) {
        assertThat(text).as(where).isNotEmpty().doesNotContainPattern(TOKEN).doesNotContain(texts);
    }

    /** Requires that no file under a directory shows any of them, and that there are files. */
    void requireHiddenUnder(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> files = found.filter(Files::isRegularFile).toList();
            assertThat(files).isNotEmpty();
            for (Path file : files) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContainPattern(TOKEN)
                        .doesNotContain(texts);
            }
        }
    }
}
