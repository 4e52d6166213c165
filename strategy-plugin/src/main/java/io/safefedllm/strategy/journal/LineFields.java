package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.strategy.journal.JournalReader.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The fields of one line, each with its type: what is missing or of another type makes the line unreadable. */
final class LineFields {
    private final String place;
    private final JsonNode content;

    private LineFields(String place, JsonNode content) {
        this.place = place;
        this.content = content;
    }

    static LineFields of(Line line) {
        return new LineFields("line " + line.seq(), line.content());
    }

    /** Returns the fields of a file that is one object. */
    static LineFields of(String file, JsonNode content) {
        return new LineFields(file, content);
    }

    double number(String field) throws JournalException {
        JsonNode node = present(field);
        if (!node.isNumber()) {
            throw wrong(field, "a number", node);
        }
        return node.doubleValue();
    }

    long whole(String field) throws JournalException {
        JsonNode node = present(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(field, "a whole number", node);
        }
        return node.longValue();
    }

    int count(String field) throws JournalException {
        long value = whole(field);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw wrong(field, "a count", present(field));
        }
        return (int) value;
    }

    boolean flag(String field) throws JournalException {
        JsonNode node = present(field);
        if (!node.isBoolean()) {
            throw wrong(field, "true or false", node);
        }
        return node.booleanValue();
    }

    String text(String field) throws JournalException {
        JsonNode node = present(field);
        if (!node.isTextual()) {
            throw wrong(field, "a text", node);
        }
        return node.textValue();
    }

    /** Reads an unsigned decimal. */
    long nodeId(String field) throws JournalException {
        try {
            return Long.parseUnsignedLong(text(field));
        } catch (NumberFormatException e) {
            throw wrong(field, "an unsigned 64-bit number in decimal", present(field));
        }
    }

    OptionalDouble optionalNumber(String field) throws JournalException {
        return isNull(field) ? OptionalDouble.empty() : OptionalDouble.of(number(field));
    }

    /** Reads a number that may be the name of one that is not finite. */
    OptionalDouble optionalExtendedNumber(String field) throws JournalException {
        if (isNull(field) || !present(field).isTextual()) {
            return optionalNumber(field);
        }
        return switch (text(field)) {
            case "NaN" -> OptionalDouble.of(Double.NaN);
            case "Infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
            default -> throw wrong(field, "a number, NaN or Infinity");
        };
    }

    OptionalLong optionalWhole(String field) throws JournalException {
        return isNull(field) ? OptionalLong.empty() : OptionalLong.of(whole(field));
    }

    Optional<Boolean> optionalFlag(String field) throws JournalException {
        return isNull(field) ? Optional.empty() : Optional.of(flag(field));
    }

    Optional<String> optionalText(String field) throws JournalException {
        return isNull(field) ? Optional.empty() : Optional.of(text(field));
    }

    /** Reads a list of objects. */
    List<LineFields> list(String field) throws JournalException {
        JsonNode node = present(field);
        if (!node.isArray()) {
            throw wrong(field, "a list", node);
        }
        List<LineFields> entries = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            entries.add(new LineFields(place + ", " + field + "[" + i + "]", node.get(i)));
        }
        return entries;
    }

    /** Reads a list of texts. */
    List<String> texts(String field) throws JournalException {
        JsonNode node = present(field);
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : node) {
            texts.add(entry.asText());
        }
        if (!node.isArray()) {
            throw wrong(field, "a list of texts", node);
        }
        return texts;
    }

    boolean has(String field) {
        return content.has(field);
    }

    private boolean isNull(String field) throws JournalException {
        return present(field).isNull();
    }

    JsonNode present(String field) throws JournalException {
        JsonNode node = content.get(field);
        if (node == null) {
            throw new JournalException(place + ": field '" + field + "' is missing");
        }
        return node;
    }

    /** Makes the exception about a field of the right type whose value means nothing. */
    JournalException wrong(String field, String wanted) throws JournalException {
        return wrong(field, wanted, present(field));
    }

    private JournalException wrong(String field, String wanted, JsonNode node) {
        return new JournalException(place + ": field '" + field + "' must be " + wanted + " but was " + node);
    }
}
