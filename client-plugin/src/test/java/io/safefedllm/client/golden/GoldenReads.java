package io.safefedllm.client.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.probe.store.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the tests of the class at hand have read of the golden files. One thread at a time. */
final class GoldenReads {
    private static final Map<Path, Set<String>> TENSORS = new HashMap<>();
    private static final Map<Path, JsonNode> TREES = new HashMap<>();

    private GoldenReads() {}

    static synchronized void forget() {
        TENSORS.clear();
        TREES.clear();
    }

    static synchronized void tensor(Path file, String name) {
        TENSORS.computeIfAbsent(key(file), path -> new HashSet<>()).add(name);
    }

    static synchronized JsonNode json(Path file) {
        return TREES.computeIfAbsent(key(file), GoldenReads::parse);
    }

    /** The keys of a file that were not read; all keys of one that was not opened. */
    static synchronized List<String> unread(Path file) {
        if (file.toString().endsWith(".json")) {
            return RecordedJson.unread(json(file));
        }
        Set<String> read = TENSORS.getOrDefault(key(file), Set.of());
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return tensors.names().stream().filter(name -> !read.contains(name)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path key(Path file) {
        return file.toAbsolutePath().normalize();
    }

    private static JsonNode parse(Path file) {
        try {
            return RecordedJson.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
