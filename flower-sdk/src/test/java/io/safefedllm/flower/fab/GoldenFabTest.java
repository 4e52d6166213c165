package io.safefedllm.flower.fab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.GoldenFiles;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant of {@code fab.json} in both directions, and every fused configuration of it. */
class GoldenFabTest {
    private static final JsonNode VARIANTS = GoldenFiles.read("fab.json").get("variants");

    static Stream<JsonNode> variants() {
        return StreamSupport.stream(VARIANTS.spliterator(), false);
    }

    static Stream<Arguments> fusions() {
        return variants()
                .flatMap(variant -> StreamSupport.stream(variant.get("fused").spliterator(), false)
                        .map(fused -> Arguments.of(variant, fused)));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void read_everyVariant_hasFilesNamesAndConfig(JsonNode variant) throws FormatException {
        Fab fab = Fab.read(zip(variant), variant.get("fab_hash").textValue());

        assertThat(fab.id()).isEqualTo("wiretest/demo");
        assertThat(fab.version()).isEqualTo("1.0.0");
        assertThat(fab.hash()).isEqualTo(variant.get("fab_hash").textValue());
        List<String> names = new ArrayList<>();
        variant.get("entries").forEach(entry -> names.add(entry.get("name").textValue()));
        assertThat(fab.paths()).containsExactlyElementsOf(names);
        assertThat(fab.defaultRunConfig()).isEqualTo(config(variant.get("default_run_config")));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void pack_filesOfEveryVariant_givesTheSameBytes(JsonNode variant) throws FormatException {
        byte[] zip = zip(variant);
        Map<String, byte[]> files = FabZip.unpack(zip);
        files.remove(FabContent.PATH);
        boolean old = variant.get("versions").get(0).textValue().startsWith("1.26");
        FabContent.Style style = old ? FabContent.Style.UP_TO_1_26 : FabContent.Style.SINCE_1_27;

        assertThat(FabZip.pack(FabContent.withList(files, style))).isEqualTo(zip);
        if (!old) {
            assertThat(Fab.build(files)).isEqualTo(zip);
        }
    }

    @ParameterizedTest
    @MethodSource("fusions")
    void fuse_everyOverride_isFlowers(JsonNode variant, JsonNode fused) throws FormatException {
        Map<String, Object> defaults = Fab.read(zip(variant)).defaultRunConfig();
        Map<String, Object> overrides = config(fused.get("override"));

        if (fused.has("error")) {
            assertThatThrownBy(() -> RunConfigs.fuse(defaults, overrides))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("'nope'")
                    .hasMessageContaining("num-server-rounds");
        } else {
            assertThat(RunConfigs.fuse(defaults, overrides)).isEqualTo(config(fused.get("run_config")));
        }
    }

    @Test
    void variants_inTheFile_areTwo() {
        assertThat(VARIANTS).hasSize(2);
    }

    private static byte[] zip(JsonNode variant) {
        return Base64.getDecoder().decode(variant.get("fab_base64").textValue());
    }

    private static Map<String, Object> config(JsonNode json) {
        Map<String, Object> config = new LinkedHashMap<>();
        for (String key : GoldenFiles.names(json)) {
            JsonNode value = json.get(key);
            config.put(key, scalar(value));
        }
        return config;
    }

    private static Object scalar(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        if (value.isNumber()) {
            return value.doubleValue();
        }
        return value.textValue();
    }
}
