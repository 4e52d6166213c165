package io.safefedllm.app.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.Harness;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.record.Array;
import io.safefedllm.flower.record.ArrayRecord;
import io.safefedllm.flower.record.FormatException;
import io.safefedllm.flower.record.MetricRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run of three clients, one of which is harmful for three rounds: checked, told and drawn. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JournalCommandTest {
    private static final Path EXAMPLE = Path.of(System.getProperty("safefedllm.root"), "examples", "tiny-llama");
    private static final float STEP = 1e-3f;

    private Harness program = new Harness();
    private Path directory;
    private Path run;

    @BeforeAll
    void play(@TempDir Path temporary) throws IOException {
        directory = temporary;
        run = directory.resolve("state").resolve("7");
        ProbeSet probes = ProbeFile.read(EXAMPLE.resolve("probe.sflp"));
        SafeFedLlmServerApp app = SafeFedLlmServerApp.builder()
                .stateDirectory(directory.resolve("state"))
                .initialAdapter(PeftDirectory.read(EXAMPLE.resolve("initial-adapter")))
                .probe(probes)
                .defaults(Map.of(
                        "safe-fedllm.level", "client", "num-server-rounds", 8L, "strategy.min-available-nodes", 3L))
                .build();
        RunOutcome outcome = EmbeddedFederation.builder()
                .runId(7)
                .node(2, Map.of(), client(probes, 2, false))
                .node(3, Map.of(), client(probes, 3, true))
                .node(4, Map.of(), client(probes, 4, false))
                .run(app);
        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();
    }

    @BeforeEach
    void startAnew() {
        program = new Harness();
    }

    /** Steps against the probe, which calls that benign; a hostile client steps along it in its first three rounds. */
    private static ClientApp client(ProbeSet probes, int node, boolean hostile) {
        return (message, context) -> {
            long round = message.content()
                    .configRecords()
                    .values()
                    .iterator()
                    .next()
                    .integer("server-round")
                    .orElseThrow();
            float step = (hostile && round <= 3 ? STEP : -STEP) * (1 + 0.01f * node + 0.001f * round);
            Map<String, Array> arrays = new LinkedHashMap<>();
            message.content()
                    .arrayRecords()
                    .values()
                    .iterator()
                    .next()
                    .arrays()
                    .forEach((name, array) -> arrays.put(name, moved(array, name, probes, step)));
            return RecordDict.of(Map.of(
                    "arrays",
                    ArrayRecord.of(arrays),
                    "metrics",
                    MetricRecord.builder().put("num-examples", 10).build()));
        };
    }

    private static Array moved(Array array, String name, ProbeSet probes, float step) {
        try {
            float[] values = array.toFloat32();
            float[] direction = direction(name, probes, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] += step * direction[i];
            }
            return Array.ofFloat32(array.shape(), values);
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the weights that the widest view gives to a tensor, zeros for one that it does not look at. */
    private static float[] direction(String name, ProbeSet probes, int length) {
        LinearProbe probe = probes.view("all_b").probe();
        int at = 0;
        for (int i = 0; i < probe.keys().names().size(); i++) {
            if (probe.keys().names().get(i).equals(name)) {
                return Arrays.copyOfRange(probe.weights(), at, at + length);
            }
            at += probe.keys().sizes().get(i);
        }
        return new float[length];
    }

    @Test
    void verify_runAsItWasWritten_isZero() {
        int status = program.run("journal", "verify", run.toString());

        assertThat(status).as(program.err()).isZero();
        assertThat(program.out())
                .startsWith(
                        run + ": 33 lines, 8 rounds, 24 weights recomputed, 9 adapters compared, nothing to object\n")
                .contains("  head ");
    }

    @Test
    void verify_directoryOfRuns_checksEach() {
        assertThat(program.run("journal", "verify", directory.resolve("state").toString()))
                .isZero();
        assertThat(program.out()).contains("24 weights recomputed");
    }

    @Test
    void verify_changedByte_isOneWithItsCodeAndLine() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        String journal = Files.readString(run.resolve("journal.jsonl"));
        Files.writeString(copy.resolve("journal.jsonl"), journal.replaceFirst("\"harmful\":true", "\"harmful\":null"));

        int status = program.run("journal", "verify", copy.toString());

        assertThat(status).isEqualTo(1);
        assertThat(program.err()).contains("SFL-107", "line 4 does not follow the line before");
    }

    @Test
    void verify_noJournal_isWrongUsage() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));

        assertThat(program.run("journal", "verify", empty.toString())).isEqualTo(2);
        assertThat(program.err()).contains("SFL-101", "holds no journal.jsonl");
    }

    @Test
    void show_run_listsRoundsAndClients() {
        assertThat(program.run("journal", "show", run.toString())).isZero();
        assertThat(program.out())
                .contains("run 7, level client, rule mean")
                .contains("round  replies  refused  harmful  quarantined  mean weight  skipped")
                .containsPattern("node 3: 8 replies, 0 refused, 3 harmful, quarantined once; mean weight 0\\.\\d\\d");
    }

    @Test
    void show_oneClient_tellsItsHistoryInWords() {
        assertThat(program.run("journal", "show", run.toString(), "--node", "3"))
                .isZero();
        List<String> lines = program.out().lines().toList();
        assertThat(lines).hasSize(9);
        assertThat(lines.get(1))
                .matches("round 1: weight 0\\.00 because main run scored 1\\.00 in view .*, threshold .*");
        assertThat(lines.get(3)).endsWith("; quarantined for the next 2 participations");
        assertThat(lines.get(4)).isEqualTo("round 4: weight 0.00 because it is in quarantine; 1 participation left");
        assertThat(lines.get(5)).isEqualTo("round 5: weight 0.00 because it is in quarantine; the quarantine ends");
        assertThat(lines.get(6)).startsWith("round 6: weight 0.").endsWith("; reinstated");
    }

    @Test
    void show_oneRound_tellsEachClient() {
        assertThat(program.run("journal", "show", run.toString(), "--round", "4"))
                .isZero();
        assertThat(program.out().lines().toList()).hasSize(4);
        assertThat(program.out()).contains("node 3: weight 0.00 because it is in quarantine");
    }

    @Test
    void show_json_isOneObject() throws IOException {
        assertThat(program.run("journal", "show", run.toString(), "--json")).isZero();
        JsonNode overview = JsonMapper.builder().build().readTree(program.out());

        assertThat(overview.path("rounds")).hasSize(8);
        assertThat(overview.path("clients")).hasSize(3);
        assertThat(overview.path("clients")
                        .get(1)
                        .path("rounds")
                        .get(0)
                        .path("weight")
                        .asDouble())
                .isZero();
    }

    @Test
    void show_clientOrRoundThatIsNotThere_isWrongUsage() {
        assertThat(program.run("journal", "show", run.toString(), "--node", "9"))
                .isEqualTo(2);
        assertThat(program.err()).contains("--node '9' was never drawn").contains("2, 3, 4");
        assertThat(program.run("journal", "show", run.toString(), "--round", "9"))
                .isEqualTo(2);
        assertThat(program.err()).contains("--round 9 is not in the journal");
    }

    @Test
    void report_runDirectory_drawsItsJournal() throws IOException {
        assertThat(program.run("report", run.toString())).isZero();

        assertThat(program.out().strip()).isEqualTo(run.resolve("report.html").toString());
        assertThat(Files.readString(run.resolve("report.html")))
                .contains("Weights by client and round", "node 3, round 4: weight 0.00 because it is in quarantine")
                .doesNotContain("http://", "https://", "src=");
    }
}
