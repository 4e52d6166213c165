package io.safefedllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The documents claim of Flower's releases what the matrix saw, and the matrix saw all of them agree. */
class CompatibilityTablesTest {

    private final CompatibilityTables tables = CompatibilityTables.ofCheckedInMatrix();

    @Test
    void wirePage_generations_areThoseOfTheMatrix() {
        assertThat(Repository.table("docs/WIRE.md", "generations")).isEqualTo(tables.generations());
    }

    @Test
    void readme_compatibility_isWhatRanInTheMatrix() {
        assertThat(Repository.table("README.md", "flower-releases")).isEqualTo(tables.compatibility());
    }

    @Test
    void matrix_releases_areAllThatThisVersionIsMeantFor() {
        assertThat(tables.coversAllReleases()).isTrue();
    }

    @Test
    void matrix_lastAdapters_areEqualByteForByte() {
        Map<String, Set<String>> digests = new TreeMap<>();
        for (JsonNode release : tables.releases()) {
            CompatibilityTables.cells(release)
                    .filter(cell ->
                            !CompatibilityTables.text(cell, "adapterSha256").isEmpty())
                    .forEach(cell -> digests.computeIfAbsent(
                                    CompatibilityTables.text(cell, "name"), unused -> new TreeSet<>())
                            .add(CompatibilityTables.text(cell, "adapterSha256")));
        }

        assertThat(digests)
                .containsKeys("executor-jvm-nodes", "executor-python-nodes", "fedavg-jvm-nodes")
                .allSatisfy((cell, ofCell) -> assertThat(ofCell).hasSize(1));
    }
}
