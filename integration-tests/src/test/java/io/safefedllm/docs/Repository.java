package io.safefedllm.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checkout that is tested. */
final class Repository {
    private static final Path ROOT = Path.of(System.getProperty("safefedllm.root"));

    private Repository() {}

    static Path path(String name) {
        return ROOT.resolve(name);
    }

    static String text(String name) {
        try {
            return Files.readString(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(String name) {
        return text(name).lines().toList();
    }

    /** Returns the lines of the fenced block that follows the line {@code <!-- marker -->} in a document. */
    static Optional<List<String>> block(String document, String marker) {
        List<String> lines = lines(document);
        int start = lines.indexOf("<!-- " + marker + " -->");
        if (start < 0) {
            return Optional.empty();
        }
        List<String> after = lines.subList(start + 2, lines.size());
        return Optional.of(after.subList(0, after.indexOf("```")));
    }

    /** Puts other lines in the place of the table that follows the line {@code <!-- marker -->} in a document. */
    static void replaceTable(String document, String marker, List<String> table) {
        List<String> lines = new ArrayList<>(lines(document));
        int start = lines.indexOf("<!-- " + marker + " -->") + 1;
        lines.subList(start, start + table(document, marker).size()).clear();
        lines.addAll(start, table);
        try {
            Files.write(path(document), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the lines of the table that follows the line {@code <!-- marker -->} in a document. */
    static List<String> table(String document, String marker) {
        List<String> lines = lines(document);
        int start = lines.indexOf("<!-- " + marker + " -->");
        if (start < 0) {
            throw new IllegalArgumentException(document + " has no line <!-- " + marker + " -->");
        }
        return lines.stream()
                .skip(start + 1L)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}
