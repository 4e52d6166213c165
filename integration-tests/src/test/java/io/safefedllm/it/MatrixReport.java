package io.safefedllm.it;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.it.harness.FlwrRelease;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Collects what became of every cell of the matrix, tells each at once, and keeps them all in one file, which is complete after
 * every cell. Thread-safe.
 */
final class MatrixReport {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .serializationInclusion(JsonInclude.Include.NON_EMPTY)
            .build();
    private static final int LONGEST_FAILURE = 600;

    /** The cell that lasts from the start of a shared SuperLink to its end. */
    static final String SUPERLINK = "superlink";

    /** Cells that share a SuperLink. */
    private static final Set<String> SHARED_CELLS = Set.of(
            SUPERLINK,
            "detection",
            "jvm-nodes-join",
            "executor-jvm-nodes",
            "fedavg-jvm-nodes",
            "executor-python-nodes");

    /** Cells whose last adapter must be that of others. */
    private static final Map<String, String> SAME_ADAPTER = Map.of("killed-executor", "executor-jvm-nodes");

    private final Path file;
    private final PrintStream out;
    private final long start = System.nanoTime();
    private final Map<FlwrRelease, List<Cell>> cells = new LinkedHashMap<>();

    /** Makes an empty report in a file; progress lines go to {@code out}. */
    MatrixReport(Path file, PrintStream out) {
        this.file = file;
        this.out = out;
    }

    /** Takes over what passed in an earlier report, task by task, as if it had just been played. */
    void goOnWith(Path earlier) throws IOException {
        for (JsonNode release : JSON.readTree(earlier.toFile()).path("releases")) {
            List<Cell> of = new ArrayList<>();
            release.path("cells").forEach(cell -> of.add(Cell.read(cell)));
            List<Cell> kept = of.stream()
                    .filter(cell -> of.stream().filter(cell::sharesTask).allMatch(Cell::passed))
                    .filter(cell -> of.stream().filter(cell::sharesTask).anyMatch(Cell::endsTask))
                    .toList();
            FlwrRelease flower = new FlwrRelease(release.path("flower").asText());
            kept.forEach(cell -> add(flower, cell));
        }
    }

    /** Whether a task was played to its end. */
    synchronized boolean hasEnded(FlwrRelease release, String task) {
        return ofTask(release, task).stream().anyMatch(Cell::endsTask);
    }

    /** Whether a task was played to its end and all its cells passed. */
    synchronized boolean hasPassed(FlwrRelease release, String task) {
        return hasEnded(release, task) && ofTask(release, task).stream().allMatch(Cell::passed);
    }

    private List<Cell> ofTask(FlwrRelease release, String task) {
        return cells.getOrDefault(release, List.of()).stream()
                .filter(cell -> cell.task().equals(task))
                .toList();
    }

    /**
     * What became of one cell.
     *
     * @param federation {@code open} or {@code protected}
     * @param adapterSha256 digest of the last adapter; empty where the cell leaves none
     * @param failure empty if the cell passed
     */
    record Cell(String federation, String name, String adapterSha256, double seconds, String failure) {
        boolean passed() {
            return failure.isEmpty();
        }

        /** The task of {@link MatrixPlan} that the cell belongs to: one of several beside a SuperLink, or one by itself. */
        String task() {
            return SHARED_CELLS.contains(name) ? federation : name;
        }

        boolean sharesTask(Cell other) {
            return task().equals(other.task());
        }

        boolean endsTask() {
            return name.equals(SUPERLINK) || !SHARED_CELLS.contains(name);
        }

        static Cell read(JsonNode json) {
            return new Cell(
                    json.path("federation").asText(),
                    json.path("name").asText(),
                    json.path("adapterSha256").asText(),
                    json.path("seconds").asDouble(),
                    json.path("failure").asText());
        }
    }

    /** One cell's work; returns the digest of the last adapter, or the empty string. */
    @FunctionalInterface
    interface Work {
        String run() throws Exception;
    }

    /** Runs a cell and keeps what became of it; whatever is thrown fails the cell and not the matrix. */
    void cell(FlwrRelease release, String federation, String name, Work work) {
        long begun = System.nanoTime();
        String digest = "";
        String failure = "";
        try {
            digest = work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = "interrupted";
        } catch (Exception | AssertionError e) {
            failure = text(e);
        }
        add(release, new Cell(federation, name, digest, seconds(begun), failure));
    }

    private synchronized void add(FlwrRelease release, Cell cell) {
        cells.computeIfAbsent(release, unused -> new ArrayList<>()).add(cell);
        out.printf(
                Locale.ROOT,
                "[matrix %5.0f s] %-11s %-9s %-24s %s %.1f s%s%n",
                seconds(start),
                release.version(),
                cell.federation(),
                cell.name(),
                cell.passed() ? "passed" : "FAILED",
                cell.seconds(),
                cell.passed() ? "" : ": " + cell.failure());
        out.flush();
        write();
    }

    /** The failed cells, one line each. */
    synchronized List<String> failures() {
        return cells.entrySet().stream()
                .flatMap(release -> release.getValue().stream()
                        .filter(cell -> !cell.passed())
                        .map(cell -> release.getKey().version() + " " + cell.federation() + " " + cell.name() + ": "
                                + cell.failure()))
                .toList();
    }

    /** For each kind of last adapter, who left it, by digest: one digest a kind if all are equal. */
    synchronized Map<String, Map<String, List<String>>> digests() {
        Map<String, Map<String, List<String>>> digests = new TreeMap<>();
        cells.forEach((release, ofRelease) -> ofRelease.stream()
                .filter(cell -> !cell.adapterSha256().isEmpty())
                .forEach(cell -> digests.computeIfAbsent(
                                SAME_ADAPTER.getOrDefault(cell.name(), cell.name()), unused -> new TreeMap<>())
                        .computeIfAbsent(cell.adapterSha256(), unused -> new ArrayList<>())
                        .add(release.version() + " " + cell.federation() + " " + cell.name())));
        return digests;
    }

    private void write() {
        List<Map<String, Object>> releases = FlwrRelease.all().stream()
                .filter(cells::containsKey)
                .map(this::entry)
                .collect(Collectors.toList());
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("ran", LocalDate.now(java.time.ZoneOffset.UTC).toString());
        report.put("java", System.getProperty("java.version"));
        report.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        report.put("releases", releases);
        try {
            JSON.writeValue(file.toFile(), report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> entry(FlwrRelease release) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("flower", release.version());
        entry.put("executor", release.executorGeneration());
        entry.put("fleet", release.fleetTransport());
        entry.put("executorTls", release.hasExecutorTls());
        entry.put("executorSecret", release.hasExecutorSecret());
        entry.put("cells", cells.get(release));
        return entry;
    }

    private static double seconds(long since) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since) / 1000.0;
    }

    private static String text(Throwable failure) {
        Throwable cause = failure instanceof java.util.concurrent.ExecutionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        String text = cause.toString().strip();
        return text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + " ...";
    }
}
