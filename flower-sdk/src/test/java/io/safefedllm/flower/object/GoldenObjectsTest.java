package io.safefedllm.flower.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.GoldenArrays;
import io.safefedllm.flower.record.GoldenFiles;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of {@code objects.json} in both directions; a case without a value here fails. */
class GoldenObjectsTest {
    private static final MessageInflater INFLATER = new MessageInflater(InflateLimits.DEFAULTS);

    static List<String> cases() {
        return GoldenValues.caseNames();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void deflate_everyCase_givesFlowersObjects(String name) {
        JsonNode golden = GoldenValues.golden(name);
        Deflater deflater = new Deflater();

        ObjectTree tree = deflate(deflater, GoldenValues.value(name));

        assertThat(tree).isEqualTo(tree(golden.get("tree")));
        assertThat(tree.objectId()).isEqualTo(golden.get("id").textValue());
        List<JsonNode> expected = new ArrayList<>();
        golden.get("objects_children_first").forEach(expected::add);
        assertThat(deflater.objects().keySet())
                .containsExactlyElementsOf(
                        expected.stream().map(o -> o.get("id").textValue()).toList());
        for (JsonNode object : expected) {
            byte[] bytes = bytes(deflater, object.get("id").textValue());
            assertThat(bytes).hasSize(object.get("size").intValue());
            if (object.has("hex")) {
                assertThat(bytes)
                        .isEqualTo(HexFormat.of().parseHex(object.get("hex").textValue()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inflate_everyCase_givesTheValueBack(String name) throws MalformedObjectException {
        Object value = GoldenValues.value(name);
        ObjectSource source = Forge.source(goldenBytes(name, value));
        String id = GoldenValues.golden(name).get("id").textValue();

        Object inflated = inflate(id, value, source);

        assertThat(inflated).isEqualTo(value instanceof Message message ? message.withMessageId(id) : value);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decode_everyObject_hasTheHeadOfTheCase(String name) throws MalformedObjectException {
        ObjectSource source = Forge.source(goldenBytes(name, GoldenValues.value(name)));

        for (JsonNode object : GoldenValues.golden(name).get("objects_children_first")) {
            String id = object.get("id").textValue();
            DecodedObject decoded = DecodedObject.of(id, source.object(id), InflateLimits.DEFAULTS);

            assertThat(decoded.type().wireName()).isEqualTo(object.get("type").textValue());
            List<String> children = new ArrayList<>();
            object.get("children").forEach(child -> children.add(child.textValue()));
            assertThat(decoded.children()).isEqualTo(children);
            if (object.has("body_text")) {
                assertThat(decoded.text()).isEqualTo(object.get("body_text").textValue());
            }
        }
    }

    @Test
    void values_writtenDown_areAllInTheFile() {
        assertThat(GoldenValues.caseNames()).containsAll(GoldenArrays.names()).hasSize(45);
    }

    @Test
    void bundle_ofGoldenMessages_sharesObjectsAndKeepsOrder() {
        ObjectBundle bundle = ObjectBundle.of(
                List.of(GoldenValues.message("message_train"), GoldenValues.message("message_group_1")));

        assertThat(bundle.messages())
                .extracting(message -> message.metadata().messageId())
                .containsExactly(
                        "39f404bec7ee7acd83ec00612ad5779b37c4d23b06e590e645c80379329a88c0",
                        "619edbaf42657b2870400625f5c5eb0b666c8e27085ba8db73e9957b3f5d46cb");
        assertThat(bundle.trees())
                .extracting(ObjectTree::objectId)
                .containsExactlyElementsOf(bundle.messages().stream()
                        .map(message -> message.metadata().messageId())
                        .toList());
        assertThat(bundle.ids()).hasSize(8);
        assertThat(bundle.totalBytes())
                .isEqualTo(bundle.ids().stream().mapToLong(bundle::size).sum());
        assertThat(ObjectBundle.of(bundle.messages()).ids()).isEqualTo(bundle.ids());
        assertThatThrownBy(() -> bundle.object("ab")).isInstanceOf(IllegalArgumentException.class);
    }

    static List<String> refused() {
        return GoldenFiles.names(GoldenFiles.read("objects.json").get("refused_by_flwr"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void records_whatFlowerRefuses_isRefused(String name) {
        assertThatThrownBy(() -> refusedByFlower(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a'");
    }

    private static FlowerRecord refusedByFlower(String name) {
        return switch (name) {
            case "config_nested_list" -> ConfigRecord.of(Map.of("a", List.of(List.of(1), List.of(2))));
            case "config_mixed_list" -> ConfigRecord.of(Map.of("a", List.of(1, 0.5)));
            case "config_none" -> ConfigRecord.of(Collections.singletonMap("a", null));
            case "config_dict" -> ConfigRecord.of(Map.of("a", Map.of("b", 1)));
            case "metric_string" -> MetricRecord.of(Map.of("a", "x"));
            case "metric_bool" -> MetricRecord.of(Map.of("a", true));
            default -> throw new AssertionError("no refusal is written down for the case " + name);
        };
    }

    private static ObjectTree deflate(Deflater deflater, Object value) {
        if (value instanceof Array array) {
            return deflater.array(array);
        }
        if (value instanceof FlowerRecord record) {
            return deflater.record(record);
        }
        return value instanceof RecordDict dict ? deflater.dictionary(dict) : deflater.message((Message) value);
    }

    /** Inflates a message as it is, an array by its head, anything else inside a message made around it. */
    private static Object inflate(String id, Object value, ObjectSource source) throws MalformedObjectException {
        if (value instanceof Array) {
            return INFLATER.array(INFLATER.head(id, source), source);
        }
        if (value instanceof Message) {
            return INFLATER.inflate(id, source);
        }
        Map<String, byte[]> around = new HashMap<>();
        String dict = value instanceof RecordDict
                ? id
                : Forge.put(around, "RecordDict", List.of(id), "{\"x\": \"" + id + "\"}");
        String message = Forge.put(around, "Message", List.of(dict), "");
        ObjectSource both = wanted -> {
            byte[] bytes = around.get(wanted);
            return bytes == null ? source.object(wanted) : bytes;
        };
        RecordDict content = INFLATER.inflate(message, both).content();
        return value instanceof RecordDict ? content : content.records().getOrDefault("x", ArrayRecord.of(Map.of()));
    }

    /** Returns the golden bytes; large objects, which the file leaves out, come from the encoder. */
    private static Map<String, byte[]> goldenBytes(String name, Object value) {
        Deflater deflater = new Deflater();
        deflate(deflater, value);
        Map<String, byte[]> store = new LinkedHashMap<>();
        for (JsonNode object : GoldenValues.golden(name).get("objects_children_first")) {
            String id = object.get("id").textValue();
            JsonNode hex = object.get("hex");
            store.put(id, hex == null ? bytes(deflater, id) : HexFormat.of().parseHex(hex.textValue()));
        }
        return store;
    }

    private static byte[] bytes(Deflater deflater, String id) {
        EncodedObject object = deflater.objects().get(id);
        if (object == null) {
            throw new AssertionError("no object " + id);
        }
        return object.toBytes();
    }

    private static ObjectTree tree(JsonNode golden) {
        List<ObjectTree> children = new ArrayList<>();
        golden.get("children").forEach(child -> children.add(tree(child)));
        return new ObjectTree(golden.get("id").textValue(), children);
    }
}
