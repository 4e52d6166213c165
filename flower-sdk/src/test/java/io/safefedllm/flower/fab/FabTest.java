package io.safefedllm.flower.fab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.safefedllm.flower.record.FormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FabTest {
    private static final String PROJECT =
            "[project]\nname = 'demo'\nversion = '1'\n[tool.flwr.app]\npublisher = 'me'\n";

    @Test
    void read_deflatedZip_isRead() throws Exception {
        byte[] manifest = utf8(PROJECT);
        String list = "pyproject.toml," + FabContent.sha256(manifest) + "," + 8 * manifest.length;

        Fab fab = Fab.read(zip(Map.of("pyproject.toml", manifest, FabContent.PATH, utf8(list))));

        assertThat(fab.id()).isEqualTo("me/demo");
        assertThat(fab.defaultRunConfig()).isEmpty();
        assertThat(fab.file("pyproject.toml")).hasValue(manifest);
        assertThat(fab.file("nothing")).isEmpty();
    }

    @Test
    void build_anyFiles_isReadByJavasOwnZip() throws Exception {
        byte[] fab = Fab.build(Map.of("pyproject.toml", utf8(PROJECT), "d\u00e9mo/a.py", utf8("x = 1\n")));

        assertThat(Fab.read(fab).paths()).containsExactly("pyproject.toml", "d\u00e9mo/a.py", ".info/CONTENT");
    }

    @Test
    void build_withoutManifest_isRefused() {
        assertThatThrownBy(() -> Fab.build(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void defaultRunConfig_nestedTables_areFlat() throws FormatException {
        Fab fab = Fab.read(build(PROJECT + "[tool.flwr.app.config]\nb = 1\n'q.r' = true\n[tool.flwr.app.config.a]\n"
                + "x.y = 'z'\nf = inf\n"));

        assertThat(fab.defaultRunConfig())
                .isEqualTo(Map.of("b", 1L, "q.r", true, "a.x.y", "z", "a.f", Double.POSITIVE_INFINITY));
        assertThat(fab.defaultRunConfig().keySet()).containsExactly("a.f", "a.x.y", "b", "q.r");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[project]\nname = 'demo'\nversion = '1'\n",
                "[tool.flwr.app]\npublisher = 'me'\n[project]\nname = 3\nversion = '1'\n",
                "[tool.flwr.app]\npublisher = ''\n[project]\nname = 'x'\nversion = '1'\n",
                "tool = 3\n[project]\nname = 'x'\nversion = '1'\n",
                "not toml at all",
                PROJECT + "config = 3\n",
                PROJECT + "[tool.flwr.app.config]\nlist = [1, 2]\n",
                PROJECT + "[tool.flwr.app.config]\nday = 2024-01-01\n",
                PROJECT + "[tool.flwr.app.config]\n'a.b' = 1\n[tool.flwr.app.config.a]\nb = 2\n",
                PROJECT + "[tool.flwr.app.config]\nbig = 99999999999999999999\n",
            })
    void read_badManifest_isRefused(String manifest) {
        assertThatThrownBy(() -> Fab.read(build(manifest))).isInstanceOf(FormatException.class);
    }

    @Test
    void read_deeplyNestedManifest_isRefusedBeforeItIsParsed() {
        String manifest = PROJECT + "x = " + "[".repeat(100_000);

        assertThatThrownBy(() -> Fab.read(build(manifest)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("nests");
    }

    @Test
    void read_otherHash_isRefused() {
        byte[] fab = build(PROJECT);

        assertThatThrownBy(() -> Fab.read(fab, "0".repeat(64)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("hash");
    }

    @Test
    void read_fileOtherThanListed_isRefused() {
        Map<String, byte[]> files = FabContent.withList(
                Map.of("pyproject.toml", utf8(PROJECT), "a.py", utf8("1")), FabContent.Style.SINCE_1_27);
        Map<String, byte[]> changed = new LinkedHashMap<>(files);
        changed.put("a.py", utf8("2"));
        Map<String, byte[]> missing = new LinkedHashMap<>(files);
        missing.remove("a.py");
        Map<String, byte[]> unlisted = new LinkedHashMap<>(files);
        unlisted.remove(FabContent.PATH);

        for (Map<String, byte[]> bad : List.of(changed, missing, unlisted)) {
            assertThatThrownBy(() -> Fab.read(FabZip.pack(bad))).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void read_tooLargeZip_isRefused() {
        assertThatThrownBy(() -> Fab.read(new byte[Fab.MAX_BYTES + 1]))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void unpack_sizeAtTheBound_isReadAndOneMoreIsNot() throws Exception {
        byte[] bound = new byte[(int) FabZip.MAX_UNPACKED_BYTES];

        assertThat(FabZip.unpack(zip(Map.of("zeros", bound)))).hasSize(1);
        byte[] bomb = zip(Map.of("zeros", Arrays.copyOf(bound, bound.length + 1)));
        assertThatThrownBy(() -> FabZip.unpack(bomb)).isInstanceOf(FormatException.class);
    }

    @Test
    void unpack_entriesAtTheBound_areReadAndOneMoreIsNot() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < FabZip.MAX_ENTRIES; i++) {
            files.put("f" + i, new byte[0]);
        }

        assertThat(FabZip.unpack(FabZip.pack(files))).hasSize(FabZip.MAX_ENTRIES);
        files.put("one more", new byte[0]);
        assertThatThrownBy(() -> FabZip.unpack(FabZip.pack(files))).isInstanceOf(FormatException.class);
    }

    @Test
    void read_randomMutations_areReadOrRefused() {
        Random dice = new Random(7);
        byte[] fab = build(PROJECT + "[tool.flwr.app.config]\nlr = 0.1\nnames = 'a'\n");
        for (int i = 0; i < 3000; i++) {
            byte[] mutant = Arrays.copyOf(fab, i % 3 == 0 ? dice.nextInt(fab.length) : fab.length);
            for (int flips = dice.nextInt(4); flips > 0 && mutant.length > 0; flips--) {
                mutant[dice.nextInt(mutant.length)] = (byte) dice.nextInt(256);
            }
            try {
                Fab.read(mutant);
            } catch (FormatException e) {
                assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
            }
        }
    }

    @Test
    void manifest_randomMutations_areReadOrRefused() {
        Random dice = new Random(11);
        byte[] manifest = utf8(PROJECT + "[tool.flwr.app.config]\nlr = 0.1e-3\nname = \"a\\u00e9\"\nx.y = 0x1f\n");
        for (int i = 0; i < 3000; i++) {
            byte[] mutant = manifest.clone();
            for (int flips = 1 + dice.nextInt(4); flips > 0; flips--) {
                mutant[dice.nextInt(mutant.length)] =
                        (byte) (dice.nextInt(8) == 0 ? dice.nextInt(256) : dice.nextInt(95) + 32);
            }
            try {
                AppManifest.of(Map.of(AppManifest.PATH, mutant));
            } catch (FormatException e) {
                assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
            }
        }
    }

    @Test
    void fuse_otherClasses_areRefused() {
        assertThatThrownBy(() -> RunConfigs.fuse(Map.of("a", 1L), Map.of("a", List.of())))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("'a'");
    }

    private static byte[] build(String manifest) {
        return Fab.build(Map.of("pyproject.toml", utf8(manifest)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
