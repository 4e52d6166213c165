package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden vector of the defence, each within its own tolerance. */
class DefenceVectorsTest {
    private static final int COUNT = 179;

    @ParameterizedTest
    @MethodSource("files")
    void vector_everyFile_agrees(String file) throws Exception {
        GoldenCase vector = GoldenCase.read(directory().resolve(file));

        VectorChecks.of(vector.kind()).check(vector);
    }

    @Test
    void files_allOfThem_areTheOnesListed() throws Exception {
        Map<String, String> listed = new LinkedHashMap<>();
        for (String line : Files.readAllLines(directory().resolve("SHA256SUMS"))) {
            listed.put(line.substring(66), line.substring(0, 64));
        }

        Map<String, String> found = new LinkedHashMap<>();
        for (String file : files()) {
            found.put(file, sha256(Files.readAllBytes(directory().resolve(file))));
        }

        assertThat(found).hasSize(COUNT).containsExactlyInAnyOrderEntriesOf(listed);
    }

    private static List<String> files() throws IOException, URISyntaxException {
        try (Stream<Path> all = Files.list(directory())) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static Path directory() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(DefenceVectorsTest.class.getResource("/golden/defence"))
                .toURI());
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
