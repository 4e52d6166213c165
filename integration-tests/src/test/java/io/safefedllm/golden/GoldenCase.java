package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One golden file: inputs, expected values, and the tolerance that the file itself states. */
final class GoldenCase {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;

    private GoldenCase(JsonNode root) {
        this.root = root;
    }

    static GoldenCase read(Path file) throws IOException {
        return new GoldenCase(JSON.readTree(file.toFile()));
    }

    String id() {
        return root.path("id").asText();
    }

    String kind() {
        return root.path("kind").asText();
    }

    JsonNode input(String key) {
        return Objects.requireNonNull(root.get("inputs").get(key), key);
    }

    JsonNode expected(String key) {
        return Objects.requireNonNull(root.get("expected").get(key), key);
    }

    double[] inputNumbers(String key) {
        return numbers(input(key));
    }

    /** Fails unless every element is within abs + rel * max(|expected|, largest |expected| of the array). */
    void assertAgrees(String what, double[] got, JsonNode expected) {
        assertAgrees(what, got, numbers(expected));
    }

    /** As {@link #assertAgrees(String, double[], JsonNode)}. */
    void assertAgrees(String what, double[] got, double[] expected) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Double.isFinite(value) ? Math.abs(value) : 0);
        }
        JsonNode tolerance = root.get("tolerance");
        double allowed = tolerance.get("abs").asDouble() + tolerance.get("rel").asDouble() * largest;
        assertThat(got).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < got.length; i++) {
            boolean same = got[i] == expected[i] || Double.compare(got[i], expected[i]) == 0;
            assertThat(same || Math.abs(got[i] - expected[i]) <= allowed)
                    .as("%s[%d]: got %s, expected %s", what, i, got[i], expected[i])
                    .isTrue();
        }
    }

    /** As {@link #assertAgrees(String, double[], JsonNode)} for a single number. */
    void assertAgrees(String what, double got, JsonNode expected) {
        assertAgrees(what, new double[] {got}, new double[] {number(expected)});
    }

    /** As {@link #assertAgrees(String, double[], JsonNode)} for float32 values. */
    void assertAgrees(String what, float[] got, JsonNode expected) {
        assertAgrees(what, widened(got), numbers(expected));
    }

    /** Reads a number; the names of the non-finite ones are numbers. */
    static double number(JsonNode node) {
        return node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
    }

    static double[] numbers(JsonNode list) {
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(list.get(i));
        }
        return values;
    }

    static float[] floats(JsonNode list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) number(list.get(i));
        }
        return values;
    }

    /** Reads a list of rows of equal length. */
    static double[][] matrix(JsonNode rows) {
        double[][] values = new double[rows.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers(rows.get(i));
        }
        return values;
    }

    static int[] integers(JsonNode list) {
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asInt();
        }
        return values;
    }

    static boolean[] booleans(JsonNode list) {
        boolean[] values = new boolean[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asBoolean();
        }
        return values;
    }

    static List<String> strings(JsonNode list) {
        List<String> values = new ArrayList<>();
        list.forEach(node -> values.add(node.asText()));
        return values;
    }

    static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    /** Reads the names and shapes of a list of tensors, in the order given. */
    static AdapterLayout layout(JsonNode tensors) {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonNode tensor : tensors) {
            List<Integer> shape = new ArrayList<>();
            tensor.get("shape").forEach(length -> shape.add(length.asInt()));
            specs.add(new TensorSpec(tensor.get("name").asText(), shape));
        }
        return AdapterLayout.of(specs);
    }

    /** Reads the values of a list of tensors one after the other, in the order given. */
    static float[] values(JsonNode tensors) {
        float[] values = new float[layout(tensors).size()];
        int position = 0;
        for (JsonNode tensor : tensors) {
            float[] part = floats(tensor.get("data"));
            System.arraycopy(part, 0, values, position, part.length);
            position += part.length;
        }
        return values;
    }

    static LoraAdapter adapter(JsonNode tensors) {
        return LoraAdapter.copyOf(layout(tensors), values(tensors));
    }

    static LoraUpdate update(JsonNode tensors) {
        return LoraUpdate.copyOf(layout(tensors), values(tensors));
    }
}
