package io.safefedllm.it;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.it.harness.FlwrRelease;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Collects what became of every cell of the matrix, tells each at once, and writes them to one file. Thread-safe. */
final class MatrixReport {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .serializationInclusion(JsonInclude.Include.NON_EMPTY)
            .build();
    private static final int LONGEST_FAILURE = 600;

    /** Cells whose last adapter must be that of others. */
    private static final Map<String, String> SAME_ADAPTER = Map.of("killed-executor", "executor-jvm-nodes");

    private final PrintStream out;
    private final long start = System.nanoTime();
    private final Map<FlwrRelease, List<Cell>> cells = new LinkedHashMap<>();

    /** Makes an empty report; progress lines go to {@code out}. */
    MatrixReport(PrintStream out) {
        this.out = out;
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

    /** Writes everything, oldest release first. */
    synchronized void write(Path file) throws IOException {
        List<Map<String, Object>> releases = FlwrRelease.all().stream()
                .filter(cells::containsKey)
                .map(this::entry)
                .collect(Collectors.toList());
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("ran", LocalDate.now(java.time.ZoneOffset.UTC).toString());
        report.put("java", System.getProperty("java.version"));
        report.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        report.put("seconds", Math.round(seconds(start)));
        report.put("releases", releases);
        JSON.writeValue(file.toFile(), report);
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
