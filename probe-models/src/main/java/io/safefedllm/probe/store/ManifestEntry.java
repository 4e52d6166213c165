package io.safefedllm.probe.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * One line of {@code manifest.jsonl}.
 *
 * @param adapter PEFT directory of the trained adapter, relative to the manifest
 * @param base PEFT directory of the adapter that the training started from, relative to the manifest
 * @param origin label, source and recipe
 */
record ManifestEntry(Path adapter, Path base, UpdateOrigin origin) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Parses a line; {@code place} says in messages where it stands. */
    static ManifestEntry parse(String place, String line) throws StoreException {
        JsonNode root;
        try {
            root = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new StoreException(place + ": not valid JSON: " + SafetensorsHeader.quote(e.getOriginalMessage()), e);
        }
        try {
            UpdateOrigin origin = new UpdateOrigin(
                    isHarmful(place, text(place, root, "label")),
                    text(place, root, "source"),
                    root.has("records") ? text(place, root, "records") : "",
                    root.path("learningRate").asDouble(Double.NaN),
                    root.path("steps").asInt(0),
                    root.path("batch").asInt(0));
            return new ManifestEntry(path(place, root, "adapter"), path(place, root, "base"), origin);
        } catch (IllegalArgumentException e) {
            throw new StoreException(place + ": " + e.getMessage(), e);
        }
    }

    /** Returns the line without its end; what of the recipe is not known is left out. */
    String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("adapter", slashed(adapter));
        root.put("base", slashed(base));
        root.put("label", origin.harmful() ? "harmful" : "benign");
        root.put("source", origin.source());
        if (!origin.records().isEmpty()) {
            root.put("records", origin.records());
        }
        if (!Double.isNaN(origin.learningRate())) {
            root.put("learningRate", origin.learningRate());
        }
        if (origin.steps() > 0) {
            root.put("steps", origin.steps());
        }
        if (origin.batch() > 0) {
            root.put("batch", origin.batch());
        }
        return root.toString();
    }

    private static boolean isHarmful(String place, String label) throws StoreException {
        return switch (label) {
            case "harmful" -> true;
            case "benign" -> false;
            default ->
                throw new StoreException(
                        place + ": label must be benign or harmful but is " + SafetensorsHeader.quote(label));
        };
    }

    private static String text(String place, JsonNode root, String key) throws StoreException {
        JsonNode node = root.path(key);
        if (!node.isTextual()) {
            throw new StoreException(
                    place + ": '" + key + "' must be a string but is " + SafetensorsHeader.quote(node.toString()));
        }
        return node.asText();
    }

    /** A manifest may come from anybody, so its paths must not lead out of its directory. */
    private static Path path(String place, JsonNode root, String key) throws StoreException {
        String text = text(place, root, key);
        Path path = Path.of(text).normalize();
        if (text.isEmpty() || path.isAbsolute() || path.startsWith("..")) {
            throw new StoreException(place + ": '" + key + "' must be a path below the manifest's directory but is "
                    + SafetensorsHeader.quote(text));
        }
        return path;
    }

    private static String slashed(Path path) {
        return path.toString().replace('\\', '/');
    }
}
