package io.safefedllm.flower.fab;

import io.safefedllm.flower.record.FormatException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlInvalidTypeException;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * What {@code pyproject.toml} says about an app.
 *
 * @param publisher {@code [tool.flwr.app] publisher}
 * @param name {@code [project] name}
 * @param version {@code [project] version}
 * @param config {@code [tool.flwr.app.config]}, flat and sorted
 */
record AppManifest(String publisher, String name, String version, Map<String, Object> config) {
    static final String PATH = "pyproject.toml";

    private static final int MAX_BYTES = 1 << 20;
    /** The TOML parser recurses; no real configuration nests deeper. */
    private static final int MAX_NESTING = 64;

    private static final List<String> CONFIG = List.of("tool", "flwr", "app", "config");

    static AppManifest of(Map<String, byte[]> files) throws FormatException {
        byte[] bytes = files.get(PATH);
        if (bytes == null || bytes.length > MAX_BYTES) {
            throw new FormatException("app bundle must have a " + PATH + " of at most " + MAX_BYTES + " bytes");
        }
        String text = utf8(bytes);
        requireShallow(text);
        TomlParseResult toml = parse(text);
        try {
            return new AppManifest(
                    required(toml, List.of("tool", "flwr", "app", "publisher")),
                    required(toml, List.of("project", "name")),
                    required(toml, List.of("project", "version")),
                    flatten(toml.getTableOrEmpty(CONFIG)));
        } catch (TomlInvalidTypeException e) {
            throw new FormatException(
                    PATH + " has a value of the wrong type: " + oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    private static TomlParseResult parse(String text) throws FormatException {
        try {
            TomlParseResult toml = Toml.parse(text);
            if (toml.hasErrors()) {
                throw new FormatException(
                        PATH + " is not TOML: " + oneLine(toml.errors().get(0).toString()));
            }
            return toml;
        } catch (AssertionError e) {
            // tomlj 1.1.1 answers some broken escapes so.
            throw new FormatException(PATH + " is not TOML: a string has a broken escape", e);
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static String utf8(byte[] bytes) throws FormatException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FormatException(PATH + " is not UTF-8", e);
        }
    }

    private static void requireShallow(String text) throws FormatException {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                depth = Math.max(0, depth - 1);
            }
            if (depth > MAX_NESTING) {
                throw new FormatException(PATH + " nests brackets deeper than " + MAX_NESTING);
            }
        }
    }

    private static String required(TomlTable toml, List<String> path) throws FormatException {
        String value = toml.getString(path);
        if (value == null || value.isBlank()) {
            throw new FormatException(PATH + " must have " + String.join(".", path));
        }
        return value;
    }

    private static Map<String, Object> flatten(TomlTable config) throws FormatException {
        SortedMap<String, Object> flat = new TreeMap<>();
        flatten("", config, flat);
        return Collections.unmodifiableSortedMap(flat);
    }

    private static void flatten(String prefix, TomlTable table, Map<String, Object> flat) throws FormatException {
        for (Map.Entry<String, Object> entry : table.entrySet()) {
            String key = prefix + entry.getKey();
            Object value = entry.getValue();
            if (value instanceof TomlTable nested) {
                flatten(key + ".", nested, flat);
            } else if (!RunConfigs.isAllowed(value)) {
                throw new FormatException(PATH + " config '" + key
                        + "' must be a boolean, an integer, a float, a string" + " or a table, but was of type "
                        + value.getClass().getSimpleName());
            } else if (flat.put(key, value) != null) {
                throw new FormatException(PATH + " declares config '" + key + "' twice");
            }
        }
    }
}
