package io.safefedllm.client.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects of a file: a JSON array, or one JSON object per line (JSONL). The first character that is not blank decides: {@code [} is
 * an array.
 */
final class JsonRecords {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private JsonRecords() {}

    /**
     * One object and where it stands.
     *
     * @param place file and record or line
     * @param node an object
     */
    record Placed(String place, JsonNode node) {
        /** Returns a string of the object. */
        String string(String key) {
            return string(node, key);
        }

        /** Returns a string of a part of the object. */
        String string(JsonNode part, String key) {
            JsonNode value = part.get(key);
            if (value == null) {
                throw new DataException(place + ": key '" + key + "' is missing");
            }
            if (!value.isTextual()) {
                throw new DataException(place + ": '" + key + "' must be a string but is " + value.getNodeType());
            }
            return value.textValue();
        }
    }

    /**
     * Reads all objects of a file in UTF-8.
     *
     * @throws DataException if the file cannot be read, is malformed or holds no object
     */
    static List<Placed> read(Path file) {
        String text = text(file);
        List<Placed> records = text.stripLeading().startsWith("[") ? array(file, text) : lines(file, text);
        if (records.isEmpty()) {
            throw new DataException(file + ": no records; expected a JSON array or one JSON object per line");
        }
        return records;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new DataException("cannot read '" + file + "' as UTF-8 text: " + e.getMessage(), e);
        }
    }

    private static List<Placed> array(Path file, String text) {
        JsonNode root = parse(file.toString(), text);
        List<Placed> records = new ArrayList<>(root.size());
        for (JsonNode node : root) {
            records.add(placed(file + ": record " + (records.size() + 1), node));
        }
        return records;
    }

    private static List<Placed> lines(Path file, String text) {
        List<Placed> records = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isBlank()) {
                String place = file + ": line " + (i + 1);
                records.add(placed(place, parse(place, lines[i])));
            }
        }
        return records;
    }

    private static Placed placed(String place, JsonNode node) {
        if (!node.isObject()) {
            throw new DataException(place + ": expected an object but found " + node.getNodeType());
        }
        return new Placed(place, node);
    }

    private static JsonNode parse(String place, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new DataException(place + ": not valid JSON: " + firstLine(e.getOriginalMessage()) + where, e);
        }
    }

    /** Returns the reason alone: the parser adds where the value began, which is the reader's own wording of a place. */
    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("");
        int place = line.indexOf(" (start marker at ");
        return place < 0 ? line : line.substring(0, place);
    }
}
