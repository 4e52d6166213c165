package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.PythonEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every release of Flower beside ours, open and as protected as it can be, with the same apps and the same bytes expected of all.
 *
 * <p>Runs with {@code ./mvnw verify -Pflower-matrix} only. {@code -Dflower.matrix.releases=1.29.0,1.40.0} picks releases,
 * {@code -Dflower.matrix.parallel=N} how many at a time.
 */
@Tag("flower-matrix")
class FlowerMatrixIT {

    private static final Path REPORT = Path.of("target", "flower-matrix.json");

    @Test
    void matrix_everyRelease_worksAndLeavesEqualBytes(@TempDir Path directory) throws Exception {
        List<FlwrRelease> releases = releases();
        MatrixReport report = new MatrixReport(System.out);
        try (MatrixMaterial material =
                MatrixMaterial.prepare(Files.createDirectory(directory.resolve("material")), python(releases))) {
            runAll(releases, material, report, directory);
        } finally {
            report.write(REPORT);
        }
        assertThat(report.failures()).as("cells that failed").isEmpty();
        assertThat(report.digests()).isNotEmpty().allSatisfy((cell, byDigest) -> assertThat(byDigest)
                .as("last adapters of " + cell)
                .hasSize(1));
    }

    private static PythonEnvironment python(List<FlwrRelease> releases) {
        return PythonEnvironment.of(releases.get(0));
    }

    private static void runAll(List<FlwrRelease> releases, MatrixMaterial material, MatrixReport report, Path directory)
            throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(Integer.getInteger("flower.matrix.parallel", 2));
        try {
            List<Future<?>> open = releases.stream()
                    .<Future<?>>map(release -> pool.submit(() -> runRelease(release, material, report, directory)))
                    .toList();
            for (Future<?> future : open) {
                future.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static void runRelease(FlwrRelease release, MatrixMaterial material, MatrixReport report, Path directory) {
        Path open = fresh(directory, release.version() + "-open");
        report.cell(release, "open", "superlink", () -> {
            try (Federation federation = Federation.start(release, open)) {
                MatrixCells.run(material, report, open, federation);
            }
            return "";
        });
    }

    private static Path fresh(Path directory, String name) {
        try {
            return Files.createDirectory(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<FlwrRelease> releases() {
        String chosen = System.getProperty("flower.matrix.releases", "");
        List<String> versions = Arrays.asList(chosen.split(",", -1));
        return FlwrRelease.all().stream()
                .filter(release -> chosen.isEmpty() || versions.contains(release.version()))
                .toList();
    }
}
