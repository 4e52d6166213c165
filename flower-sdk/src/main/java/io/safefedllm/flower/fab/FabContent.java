package io.safefedllm.flower.fab;

import io.safefedllm.flower.record.FormatException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The list of files inside a bundle: path, SHA-256 and size in bits of each. */
final class FabContent {
    static final String PATH = ".info/CONTENT";

    /** How a release of Flower writes the list. */
    enum Style {
        /** Without {@code pyproject.toml}, each line ended. */
        UP_TO_1_26,
        /** With {@code pyproject.toml}, lines separated. */
        SINCE_1_27
    }

    private FabContent() {}

    /** Returns the files in the order of a bundle, with the list as the last one. */
    static Map<String, byte[]> withList(Map<String, byte[]> files, Style style) {
        byte[] manifest = files.get(AppManifest.PATH);
        if (manifest == null || files.containsKey(PATH)) {
            throw new IllegalArgumentException("files must have " + AppManifest.PATH + " and must not have " + PATH);
        }
        Map<String, byte[]> ordered = new LinkedHashMap<>();
        ordered.put(AppManifest.PATH, manifest);
        for (String path : new TreeSet<>(files.keySet())) {
            ordered.putIfAbsent(path, files.getOrDefault(path, manifest));
        }
        ordered.put(PATH, list(ordered, style).getBytes(StandardCharsets.UTF_8));
        return ordered;
    }

    private static String list(Map<String, byte[]> files, Style style) {
        List<String> lines = new ArrayList<>();
        files.forEach((path, bytes) -> {
            if (style == Style.SINCE_1_27 || !path.equals(AppManifest.PATH)) {
                lines.add(line(path, bytes));
            }
        });
        String end = style == Style.SINCE_1_27 ? "" : "\n";
        return lines.stream().collect(Collectors.joining("\n")) + end;
    }

    private static String line(String path, byte[] bytes) {
        return path + "," + sha256(bytes) + "," + 8L * bytes.length;
    }

    /** Checks that the list is there and that each of its lines fits a file. */
    static void verify(Map<String, byte[]> files) throws FormatException {
        byte[] list = files.get(PATH);
        if (list == null) {
            throw new FormatException("app bundle has no " + PATH);
        }
        for (String line : new String(list, StandardCharsets.UTF_8).split("\n", -1)) {
            String path = line.split(",", 2)[0];
            byte[] file = files.get(path);
            if (!line.isEmpty() && (file == null || !line(path, file).equals(line))) {
                throw new FormatException("app bundle lists a file that is missing or another than listed: '"
                        + path.substring(0, Math.min(80, path.length())) + "'");
            }
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
