package io.safefedllm.probe.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses and checks the JSON header of a safetensors file. */
final class SafetensorsHeader {
    private static final int MAX_DIMENSIONS = 16;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(1 << 20)
                    .maxNumberLength(20)
                    .build())
            .build();

    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final String file;

    private SafetensorsHeader(String file) {
        this.file = file;
    }

    /**
     * Parses the header.
     *
     * @param file how to call the file in messages
     * @param json the header's bytes
     * @param dataLength number of bytes after the header
     */
    static SafetensorsHeader parse(String file, byte[] json, long dataLength) throws IOException {
        SafetensorsHeader header = new SafetensorsHeader(file);
        try (JsonParser parser = JSON.createParser(json)) {
            header.readEntries(parser);
        } catch (JsonProcessingException e) {
            throw new SafetensorsException(file + ": the header is not valid JSON: " + firstLine(e), e);
        }
        header.requireGaplessData(dataLength);
        return header;
    }

    Map<String, TensorInfo> tensors() {
        return tensors;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    private void readEntries(JsonParser parser) throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            expect(parser.nextToken(), JsonToken.START_OBJECT, "entry " + quote(name));
            if (name.equals("__metadata__")) {
                readMetadata(parser);
            } else {
                tensors.put(name, readTensor(parser, name));
            }
        }
        if (parser.nextToken() != null) {
            throw new SafetensorsException(file + ": the header holds more than one JSON object");
        }
    }

    private void readMetadata(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "metadata " + quote(key));
            metadata.put(key, parser.getText());
        }
    }

    private TensorInfo readTensor(JsonParser parser, String name) throws IOException {
        if (name.isEmpty()) {
            throw new SafetensorsException(file + ": a tensor has an empty name");
        }
        TensorType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "dtype" -> type = type(parser, name);
                case "shape" -> shape = longs(parser, name, field, MAX_DIMENSIONS);
                case "data_offsets" -> offsets = longs(parser, name, field, 2);
                default ->
                    throw new SafetensorsException(
                            file + ": tensor " + quote(name) + " has an unknown field " + quote(field));
            }
        }
        return checked(name, type, shape, offsets);
    }

    private TensorInfo checked(
            String name, @Nullable TensorType type, @Nullable List<Long> shape, @Nullable List<Long> offsets)
            throws SafetensorsException {
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new SafetensorsException(
                    file + ": tensor " + quote(name) + " needs dtype, shape and two data_offsets");
        }
        TensorInfo tensor = new TensorInfo(name, type, shape, offsets.get(0), offsets.get(1));
        long expected = byteLength(name, type, shape);
        if (tensor.begin() > tensor.end() || tensor.end() - tensor.begin() != expected) {
            throw new SafetensorsException(file + ": tensor " + quote(name) + " of type " + type + " and shape " + shape
                    + " needs " + expected + " bytes but its data_offsets are " + offsets);
        }
        return tensor;
    }

    private long byteLength(String name, TensorType type, List<Long> shape) throws SafetensorsException {
        try {
            long length = type.width();
            for (long dimension : shape) {
                length = Math.multiplyExact(length, dimension);
            }
            return length;
        } catch (ArithmeticException e) {
            throw new SafetensorsException(file + ": tensor " + quote(name) + " has the impossible shape " + shape, e);
        }
    }

    private TensorType type(JsonParser parser, String name) throws IOException {
        expect(parser.currentToken(), JsonToken.VALUE_STRING, "dtype of " + quote(name));
        String text = parser.getText();
        try {
            return TensorType.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw new SafetensorsException(
                    file + ": tensor " + quote(name) + " has the unknown type " + quote(text), e);
        }
    }

    private List<Long> longs(JsonParser parser, String name, String field, int most) throws IOException {
        String subject = field + " of " + quote(name);
        expect(parser.currentToken(), JsonToken.START_ARRAY, subject);
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, subject);
            long value = parser.getLongValue();
            if (value < 0 || values.size() == most) {
                throw new SafetensorsException(
                        file + ": " + subject + " must be at most " + most + " numbers that are not negative");
            }
            values.add(value);
        }
        return values;
    }

    /** The format demands that the tensors cover the data without holes and without overlaps. */
    private void requireGaplessData(long dataLength) throws SafetensorsException {
        List<TensorInfo> byPosition = tensors.values().stream()
                .sorted(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end))
                .toList();
        long position = 0;
        for (TensorInfo tensor : byPosition) {
            if (tensor.end() > dataLength) {
                throw new SafetensorsException(file + ": tensor " + quote(tensor.name()) + " ends at byte "
                        + tensor.end() + " but there are only " + dataLength
                        + " bytes of data; the file is truncated or forged");
            }
            if (tensor.begin() != position) {
                String fault = tensor.begin() < position ? " overlaps its predecessor" : " leaves a hole before it";
                throw new SafetensorsException(file + ": tensor " + quote(tensor.name()) + fault + " (begins at byte "
                        + tensor.begin() + ", expected " + position + ")");
            }
            position = tensor.end();
        }
        if (position != dataLength) {
            throw new SafetensorsException(
                    file + ": " + (dataLength - position) + " bytes after the last tensor belong to no tensor");
        }
    }

    private void expect(@Nullable JsonToken found, JsonToken expected, String subject) throws SafetensorsException {
        if (found != expected) {
            throw new SafetensorsException(file + ": " + subject + " is malformed: expected " + expected + " but found "
                    + (found == null ? "the end" : found));
        }
    }

    /** Quotes untrusted text for a message: at most 80 characters, none of them a control character. */
    static String quote(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private static String firstLine(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        int end = message.indexOf('\n');
        return quote(end < 0 ? message : message.substring(0, end));
    }
}
