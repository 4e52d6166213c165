package io.safefedllm.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** One golden case of the defence; numbers may be the strings NaN, Infinity and -Infinity. */
public record Golden(JsonNode inputs, JsonNode expected, double absolute, double relative) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads {@code golden/defence/<id>.json}. */
    public static Golden read(String id) {
        try (InputStream in =
                Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/defence/" + id + ".json"), id)) {
            JsonNode root = JSON.readTree(in);
            JsonNode tolerance = root.get("tolerance");
            return new Golden(
                    root.get("inputs"),
                    root.get("expected"),
                    tolerance.get("abs").asDouble(),
                    tolerance.get("rel").asDouble());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a list of numbers. */
    public static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(Golden::number)
                .toArray();
    }

    /** Reads one number. */
    public static double number(JsonNode node) {
        return node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
    }

    /** Fails unless every element agrees as the README of the golden files says. */
    public void assertAgrees(double[] actual, double[] wanted) {
        assertThat(actual).hasSameSizeAs(wanted);
        double largest = 0.0;
        for (double value : wanted) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
            double slack = absolute + relative * Math.max(Math.abs(wanted[i]), largest);
            assertThat(Math.abs(actual[i] - wanted[i]))
                    .as("element %d: got %s, expected %s", i, actual[i], wanted[i])
                    .isLessThanOrEqualTo(slack);
        }
    }
}
