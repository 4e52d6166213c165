package io.safefedllm.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

/** Every golden vector of the adapter level; {@code generate.py} beside them is their independent source. */
class AdapterVectorsTest {
    private static final int COUNT = 16;

    @ParameterizedTest
    @MethodSource("files")
    void vector_everyFile_agrees(String file) throws Exception {
        GoldenCase vector = GoldenCase.read(directory().resolve(file));

        VectorChecks.of(vector.kind()).check(vector);
    }

    @Test
    void files_allOfThem_areTheOnesListed() throws Exception {
        Map<String, String> found = new LinkedHashMap<>();
        for (String file : files()) {
            found.put(file, sha256(Files.readAllBytes(directory().resolve(file))));
        }

        Map<String, String> listed = new LinkedHashMap<>();
        for (String line : Files.readAllLines(directory().resolve("SHA256SUMS"))) {
            listed.put(line.substring(66), line.substring(0, 64));
        }
        assertThat(found).hasSize(COUNT).containsExactlyInAnyOrderEntriesOf(listed);
    }

    /** Boosting a million times over moves the clipped mean no further than boosting ten times does. */
    @Test
    void boost_anyFactor_movesTheClippedMeanTheSame() throws Exception {
        GoldenCase tenfold = GoldenCase.read(directory().resolve("adapter-boost-hidden.json"));
        GoldenCase huge = GoldenCase.read(directory().resolve("adapter-boost-huge.json"));

        assertThat(distance(huge, "clipped"))
                .isCloseTo(distance(tenfold, "clipped"), within(1e-6))
                .isLessThan(GoldenCase.number(huge.expected("rho")));
        assertThat(distance(huge, "unclipped")).isGreaterThan(1e4);
    }

    private static double distance(GoldenCase vector, String result) {
        double[] global = vector.inputNumbers("global");
        double[] values = GoldenCase.numbers(vector.expected(result));
        double sum = 0.0;
        for (int i = 0; i < global.length; i++) {
            sum += (values[i] - global[i]) * (values[i] - global[i]);
        }
        return Math.sqrt(sum);
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
        return Path.of(Objects.requireNonNull(AdapterVectorsTest.class.getResource("/golden/adapter"))
                .toURI());
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
