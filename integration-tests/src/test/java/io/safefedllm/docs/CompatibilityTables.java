package io.safefedllm.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.it.harness.FlwrRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the documents say about releases of Flower, from the file that the matrix of all releases leaves: nothing else is
 * claimed.
 */
public final class CompatibilityTables {
    private static final String DATA = "docs/flower-matrix.json";

    private static final String SUPERLINK = "superlink";
    private static final List<String> MAIN_CELLS =
            List.of("executor-jvm-nodes", "executor-python-nodes", "fedavg-jvm-nodes");
    private static final List<String> INCIDENTS =
            List.of("error-replies-40-mb", "user-stop", "failing-run", "killed-executor", "node-goes-away");

    private static final Map<String, String> EXECUTOR_SIDE = Map.of(
            "grpc-classic", "gRPC `ServerAppIo`, port 9091",
            "grpc-task", "gRPC `ServerAppIo`, other methods",
            "grpc-runtime", "gRPC `Runtime`, port 9091",
            "http-claim", "HTTP `/v1/runtime/`, port 8000",
            "http-acquire", "HTTP `/v1/runtime/`, `acquire-task`");
    private static final Map<String, String> NODE_SIDE =
            Map.of("grpc", "gRPC `Fleet`, port 9092", "http", "HTTP `/v1/fleet/`, port 8000");

    private final List<JsonNode> releases;

    private CompatibilityTables(JsonNode matrix) {
        this.releases = StreamSupport.stream(matrix.path("releases").spliterator(), false)
                .toList();
    }

    static CompatibilityTables ofCheckedInMatrix() {
        try {
            return new CompatibilityTables(new JsonMapper().readTree(Repository.text(DATA)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the matrix leaves what it saw. */
    public static Path data() {
        return Repository.path(DATA);
    }

    /** Writes both tables anew. */
    public static void update() {
        CompatibilityTables tables = ofCheckedInMatrix();
        Repository.replaceTable("docs/WIRE.md", "generations", tables.generations());
        Repository.replaceTable("README.md", "flower-releases", tables.compatibility());
    }

    List<JsonNode> releases() {
        return releases;
    }

    boolean coversAllReleases() {
        return releases.stream()
                .map(release -> text(release, "flower"))
                .toList()
                .equals(FlwrRelease.all().stream().map(FlwrRelease::version).toList());
    }

    /** The table of docs/WIRE.md: who speaks what. */
    List<String> generations() {
        List<String> lines = new ArrayList<>();
        lines.add("| Flower | executor side | our name | node side |");
        lines.add("|---|---|---|---|");
        groups(release -> text(release, "executor") + " " + text(release, "fleet"))
                .forEach(group -> lines.add("| " + versions(group) + " | "
                        + known(EXECUTOR_SIDE, text(group.get(0), "executor")) + " | `"
                        + text(group.get(0), "executor") + "` | " + known(NODE_SIDE, text(group.get(0), "fleet"))
                        + " |"));
        return lines;
    }

    /** The table of the README on releases: what ran, and under which protection. */
    List<String> compatibility() {
        List<String> lines = new ArrayList<>();
        lines.add("| Flower | executor, nodes over | our executor, our nodes | our executor, Python nodes"
                + " | Flower's FedAvg, our nodes | protected means | incidents |");
        lines.add("|---|---|---|---|---|---|---|");
        groups(CompatibilityTables::facts)
                .forEach(group -> lines.add(
                        "| " + versions(group) + " | " + facts(group.get(0)) + " | " + incidents(group) + " |"));
        return lines;
    }

    private static String facts(JsonNode release) {
        String wires = "`" + text(release, "executor") + "`, " + text(release, "fleet");
        Stream<String> cells = MAIN_CELLS.stream().map(cell -> outcome(release, cell));
        return Stream.concat(Stream.concat(Stream.of(wires), cells), Stream.of(protection(release)))
                .collect(Collectors.joining(" | "));
    }

    private static String outcome(JsonNode release, String cell) {
        return Stream.of("open", "protected")
                .map(federation -> passed(release, federation, cell) && passed(release, federation, SUPERLINK)
                        ? federation
                        : "not " + federation)
                .collect(Collectors.joining(", "));
    }

    private static String protection(JsonNode release) {
        String tls = release.path("executorTls").asBoolean() ? "TLS" : "TLS for nodes";
        String secret = release.path("executorSecret").asBoolean() ? ", secret" : "";
        return tls + ", registered nodes" + secret;
    }

    private static String incidents(List<JsonNode> group) {
        return group.stream()
                .map(release -> incidents(release))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String incidents(JsonNode release) {
        List<String> played = INCIDENTS.stream()
                .filter(incident ->
                        cells(release).anyMatch(cell -> text(cell, "name").equals(incident)))
                .toList();
        long passed = played.stream()
                .filter(incident -> passed(release, "open", incident))
                .count();
        return played.isEmpty() ? "" : passed + " of " + INCIDENTS.size() + " on " + text(release, "flower");
    }

    private static boolean passed(JsonNode release, String federation, String name) {
        return cells(release)
                .anyMatch(cell -> text(cell, "name").equals(name)
                        && text(cell, "federation").equals(federation)
                        && text(cell, "failure").isEmpty());
    }

    static Stream<JsonNode> cells(JsonNode release) {
        return StreamSupport.stream(release.path("cells").spliterator(), false);
    }

    /** Neighbours of which the same is to be said. */
    private List<List<JsonNode>> groups(Function<JsonNode, String> said) {
        Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
        releases.forEach(release -> groups.computeIfAbsent(said.apply(release), unused -> new ArrayList<>())
                .add(release));
        return List.copyOf(groups.values());
    }

    private static String versions(List<JsonNode> group) {
        return group.stream().map(release -> text(release, "flower")).collect(Collectors.joining(", "));
    }

    private static String known(Map<String, String> names, String key) {
        return Objects.requireNonNull(names.get(key), key);
    }

    static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }
}
