package io.safefedllm.flower.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every file of vectors has a test that fails when a vector of it has none. */
class GoldenFolderTest {

    private static final Map<String, String> TESTS = Map.of(
            "fab.json", "fab.GoldenFabTest",
            "node_auth.json", "link.wire.GoldenNodeAuthTest",
            "npy_headers.json", "record.NpyTest",
            "objects.json", "object.GoldenObjectsTest",
            "requests.json", "object.GoldenRequestsTest",
            "superexec_hmac.json", "link.wire.SuperExecSecretTest");

    @Test
    void folder_everyFileOfVectors_hasItsTest() throws Exception {
        URL folder = Objects.requireNonNull(GoldenFolderTest.class.getResource("/golden"));
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json")))
                    .containsExactlyInAnyOrderElementsOf(TESTS.keySet());
        }
        for (String test : TESTS.values()) {
            assertThat(Class.forName("io.safefedllm.flower." + test)).isNotNull();
        }
    }
}
