package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.docs.CompatibilityTables;
import io.safefedllm.it.harness.FlwrRelease;
import io.safefedllm.it.harness.PythonEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
 * <p>Runs with {@code ./mvnw verify -Pflower-matrix} only. {@code -Dflower.matrix.releases=1.29.0,1.40.0} and
 * {@code -Dflower.matrix.tasks=open,user-stop} pick some, {@code -Dflower.matrix.parallel=N} says how many SuperLinks at a time,
 * {@code -Dflower.matrix.continue=true} keeps what passed in the report and plays the rest. A report of everything, all of it
 * passed, becomes the one that the documents are written from.
 */
@Tag("flower-matrix")
class FlowerMatrixIT {

    private static final Path REPORT = Path.of("target", "flower-matrix.json");

    @Test
    void matrix_everyRelease_worksAndLeavesEqualBytes(@TempDir Path directory) throws Exception {
        List<FlwrRelease> releases = releases();
        MatrixReport report = new MatrixReport(REPORT, System.out);
        if (Boolean.getBoolean("flower.matrix.continue") && Files.exists(REPORT)) {
            report.goOnWith(REPORT);
        }
        boolean complete;
        try (MatrixMaterial material = MatrixMaterial.prepare(
                Files.createDirectory(directory.resolve("material")), PythonEnvironment.of(releases.get(0)))) {
            MatrixPlan plan = new MatrixPlan(material, report, directory);
            runAll(plan, releases, report);
            complete = isComplete(plan, report);
        }
        assertThat(report.failures()).as("cells that failed").isEmpty();
        assertThat(report.digests())
                .allSatisfy((cell, byDigest) ->
                        assertThat(byDigest).as("last adapters of " + cell).hasSize(1));
        if (complete) {
            Files.copy(REPORT, CompatibilityTables.data(), StandardCopyOption.REPLACE_EXISTING);
            CompatibilityTables.update();
        }
    }

    private static void runAll(MatrixPlan plan, List<FlwrRelease> releases, MatrixReport report) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(Integer.getInteger("flower.matrix.parallel", 2));
        try {
            List<Future<?>> open = new ArrayList<>();
            for (FlwrRelease release : releases) {
                plan.tasks(release).stream()
                        .filter(task -> isChosen("flower.matrix.tasks", task.name()))
                        .filter(task -> !report.hasPassed(release, task.name()))
                        .forEach(task -> open.add(pool.submit(task.work())));
            }
            for (Future<?> future : open) {
                future.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean isComplete(MatrixPlan plan, MatrixReport report) {
        return FlwrRelease.all().stream().allMatch(release -> plan.tasks(release).stream()
                .allMatch(task -> report.hasEnded(release, task.name())));
    }

    private static List<FlwrRelease> releases() {
        return FlwrRelease.all().stream()
                .filter(release -> isChosen("flower.matrix.releases", release.version()))
                .toList();
    }

    private static boolean isChosen(String property, String name) {
        String chosen = System.getProperty(property, "");
        return chosen.isEmpty() || Arrays.asList(chosen.split(",", -1)).contains(name);
    }
}
