package io.safefedllm.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One golden file of the defence: inputs, expected values, and the tolerance that the file itself states. */
public final class Golden {
    private final JsonNode root;

    private Golden(JsonNode root) {
        this.root = root;
    }

    public static Golden defence(String id) {
        String name = "/golden/defence/" + id + ".json";
        try (InputStream stream = Golden.class.getResourceAsStream(name)) {
            return new Golden(new ObjectMapper().readTree(Objects.requireNonNull(stream, name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the path of a resource, given from the root of the class path. */
    public static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(Golden.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    public JsonNode input(String key) {
        return root.get("inputs").get(key);
    }

    public JsonNode expectedRoot() {
        return root.get("expected");
    }

    public JsonNode expected(String key) {
        return root.get("expected").get(key);
    }

    /** An element agrees within abs + rel times the largest expected magnitude of the array. */
    public void assertAgrees(String what, double[] got, double[] expected) {
        JsonNode tolerance = root.get("tolerance");
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Double.isFinite(value) ? Math.abs(value) : 0);
        }
        double allowed = tolerance.get("abs").asDouble() + tolerance.get("rel").asDouble() * largest;
        assertThat(got).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < got.length; i++) {
            boolean same = Double.compare(got[i], expected[i]) == 0;
            assertThat(same || Math.abs(got[i] - expected[i]) <= allowed)
                    .as("%s[%d]: got %s, expected %s", what, i, got[i], expected[i])
                    .isTrue();
        }
    }

    public static double number(JsonNode node) {
        return node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
    }

    public static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(array.get(i));
        }
        return values;
    }

    public static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) number(array.get(i));
        }
        return values;
    }

    public static double[] widened(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    public static boolean[] booleans(JsonNode array) {
        boolean[] values = new boolean[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asBoolean();
        }
        return values;
    }

    public static List<String> strings(JsonNode array) {
        List<String> values = new ArrayList<>();
        array.forEach(node -> values.add(node.asText()));
        return values;
    }

    /** Reads a list of {name, shape}, in insertion order. */
    public static AdapterLayout layout(JsonNode tensors) {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonNode tensor : tensors) {
            List<Integer> shape = new ArrayList<>();
            tensor.get("shape").forEach(dimension -> shape.add(dimension.asInt()));
            specs.add(new TensorSpec(tensor.get("name").asText(), shape));
        }
        return AdapterLayout.of(specs);
    }

    /** Reads the values of a list of {name, shape, data}, in insertion order. */
    public static float[] values(JsonNode tensors) {
        float[] values = new float[layout(tensors).size()];
        int position = 0;
        for (JsonNode tensor : tensors) {
            float[] part = floats(tensor.get("data"));
            System.arraycopy(part, 0, values, position, part.length);
            position += part.length;
        }
        return values;
    }

    public static LoraUpdate update(JsonNode tensors) {
        return LoraUpdate.wrap(layout(tensors), values(tensors));
    }
}
