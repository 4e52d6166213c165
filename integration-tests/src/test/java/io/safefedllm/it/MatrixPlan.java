package io.safefedllm.it;

import io.safefedllm.it.harness.Federation;
import io.safefedllm.it.harness.FlwrRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which cells of the matrix a release gets. Each task has a SuperLink of its own, so tasks may run beside each other. */
final class MatrixPlan {

    /** One of each dialect of executors, and of each transport of nodes. */
    private static final Set<FlwrRelease> WITH_INCIDENTS = Set.of(
            FlwrRelease.GRPC_CLASSIC,
            FlwrRelease.GRPC_TASK,
            FlwrRelease.GRPC_RUNTIME,
            FlwrRelease.HTTP_CLAIM,
            FlwrRelease.HTTP_ACQUIRE);

    private static final String OPEN = "open";
    private static final String PROTECTED = "protected";

    private final MatrixMaterial material;
    private final MatrixReport report;
    private final Path directory;

    /** Plans in an existing directory. */
    MatrixPlan(MatrixMaterial material, MatrixReport report, Path directory) {
        this.material = material;
        this.report = report;
        this.directory = directory;
    }

    /** One incident. */
    @FunctionalInterface
    private interface Incident {
        String play(MatrixIncidents incidents) throws Exception;
    }

    /** Some cells that share a SuperLink; to be run once. */
    record Task(String name, Runnable work) {}

    /** The tasks of a release. */
    List<Task> tasks(FlwrRelease release) {
        List<Task> tasks = new ArrayList<>();
        tasks.add(new Task(OPEN, () -> cells(release, OPEN)));
        tasks.add(new Task(PROTECTED, () -> cells(release, PROTECTED)));
        if (WITH_INCIDENTS.contains(release)) {
            tasks.add(incident(release, "killed-executor", MatrixIncidents::killedExecutor));
            tasks.add(incident(release, "node-goes-away", MatrixIncidents::nodeGoesAway));
            tasks.add(incident(release, "error-replies-40-mb", MatrixIncidents::errorRepliesAndLargeObjects));
            tasks.add(incident(release, "failing-run", MatrixIncidents::failingRun));
            tasks.add(incident(release, "user-stop", MatrixIncidents::userStop));
        }
        return tasks;
    }

    private void cells(FlwrRelease release, String kind) {
        report.cell(release, kind, MatrixReport.SUPERLINK, () -> {
            Path own = fresh(release, kind);
            try (Federation federation = kind.equals(OPEN)
                    ? Federation.start(release, own)
                    : Federation.startProtected(release, own, material.credentials(), MatrixMaterial.NODES)) {
                MatrixCells.run(material, report, own, federation);
            }
            return "";
        });
    }

    private Task incident(FlwrRelease release, String name, Incident incident) {
        return new Task(
                name,
                () -> report.cell(release, OPEN, name, () -> {
                    Path own = fresh(release, name);
                    try (Federation federation = Federation.start(release, own)) {
                        return incident.play(new MatrixIncidents(material, own, federation));
                    }
                }));
    }

    private Path fresh(FlwrRelease release, String name) {
        try {
            return Files.createDirectory(directory.resolve(release.version() + "-" + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
