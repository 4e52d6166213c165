package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.record.Bytes;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.FlowerRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.evidence.StepScores;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.round.RoundListener;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our server and our clients together: reported steps, FedProx, SCAFFOLD. Embedded federations of the bundled model. */
class ClientAlgorithmsTest {
    private static final int STEPS = 3;
    private static final long HONEST = 11;
    private static final long OTHER = 12;
    private static final long HOSTILE = 13;
    private static final String EVIDENCE = "safe-fedllm.evidence";
    private static final String SCAFFOLD = "safe-fedllm.scaffold";

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static TinyLlama model;

    private final List<ClientReport> reports = new ArrayList<>();
    private final Map<Long, List<RecordDict>> tasks = new LinkedHashMap<>();
    private final Map<Long, List<RecordDict>> replies = new LinkedHashMap<>();
    private int runs;

    @BeforeAll
    static void load() {
        TinyLlama.writeCorpus(directory);
        model = new TinyLlama();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void step_reportedEvidence_scoresEveryLocalStep() throws IOException {
        run(Map.of("safe-fedllm.level", "step", "safe-fedllm.evidence.source", "report"), 2, Map.of());

        assertThat(reports).hasSize(6).allSatisfy(report -> {
            assertThat(report.code()).isEqualTo(ReplyCode.OK);
            assertThat(report.inspection().source()).contains(EvidenceSource.REPORT);
            assertThat(steps(report, TaskKind.MAIN)).containsExactly(1, 2, 3);
        });
        assertThat(reports.get(0).inspection().evidence().orElseThrow().totalSteps())
                .isEqualTo(STEPS);
    }

    @Test
    void shadow_reportedEvidence_scoresEveryStepOfTheShadowRun() throws IOException {
        run(Map.of("safe-fedllm.level", "shadow", "safe-fedllm.evidence.source", "report"), 1, Map.of());

        assertThat(reports).hasSize(3).allSatisfy(report -> {
            assertThat(report.code()).isEqualTo(ReplyCode.OK);
            assertThat(report.inspection().source()).contains(EvidenceSource.REPORT);
            assertThat(steps(report, TaskKind.SHADOW)).containsExactly(1, 2, 3);
            assertThat(steps(report, TaskKind.MAIN)).hasSize(1);
        });
    }

    @Test
    void evidence_serverThatDoesNotAsk_getsNone() throws IOException {
        run(Map.of("safe-fedllm.level", "client"), 1, Map.of());

        assertThat(replies.values()).allSatisfy(all -> assertThat(all)
                .allSatisfy(reply -> assertThat(reply.records().keySet()).containsExactly("arrays", "metrics")));
    }

    @Test
    void report_thatContradictsTheReply_isRefused() throws IOException {
        run(
                Map.of("safe-fedllm.level", "step", "safe-fedllm.evidence.source", "report"),
                1,
                Map.of(
                        HOSTILE,
                        evidence -> with(
                                evidence,
                                "step-3",
                                halved(evidence.bytes("step-3").orElseThrow()))));

        assertThat(report(HOSTILE).code()).isEqualTo(ReplyCode.EVIDENCE_MISMATCH);
        assertThat(report(HOSTILE).weight()).isZero();
        assertThat(report(HONEST).code()).isEqualTo(ReplyCode.OK);
    }

    @Test
    void report_ofAnotherBaseOrProbe_isRefused() throws IOException {
        for (String key : List.of("base-sha256", "lora-a-sha256", "probe-sha256")) {
            reports.clear();
            run(
                    Map.of("safe-fedllm.level", "shadow", "safe-fedllm.evidence.source", "report"),
                    1,
                    Map.of(HOSTILE, evidence -> with(evidence, key, "0".repeat(64))));

            assertThat(report(HOSTILE).code()).as(key).isEqualTo(ReplyCode.FINGERPRINT_MISMATCH);
        }
    }

    @Test
    void report_withoutAStep_isMissingEvidence() throws IOException {
        run(
                Map.of("safe-fedllm.level", "step", "safe-fedllm.evidence.source", "report"),
                1,
                Map.of(HOSTILE, evidence -> {
                    Map<String, Object> values = new LinkedHashMap<>(evidence.values());
                    values.put("steps", List.of(1L, 3L));
                    values.remove("step-2");
                    return ConfigRecord.of(values);
                }));

        assertThat(report(HOSTILE).code()).isEqualTo(ReplyCode.MISSING_EVIDENCE);
    }

    @Test
    void fedprox_setting_reachesEveryClientAndChangesTheResult() throws IOException {
        String plain = run(Map.of("safe-fedllm.level", "none"), 1, Map.of());
        tasks.clear();
        String pulled = run(
                Map.of(
                        "safe-fedllm.level", "none",
                        "safe-fedllm.local.algorithm", "fedprox",
                        "safe-fedllm.local.fedprox-mu", 5.0),
                1,
                Map.of());

        assertThat(tasks.values())
                .allSatisfy(sent -> assertThat(sent.get(0).configRecords().get("config"))
                        .isNotNull()
                        .satisfies(config -> assertThat(config.number("safe-fedllm.fedprox-mu"))
                                .hasValue(5.0)));
        assertThat(pulled).isNotEqualTo(plain);
    }

    @Test
    void scaffold_threeRounds_serverAddsTheChangesOfThoseThatCounted() throws IOException {
        run(
                Map.of("safe-fedllm.level", "none", "safe-fedllm.local.algorithm", "scaffold"),
                3,
                Map.of(HOSTILE, scaffold -> with(scaffold, "round", 99L)));

        assertThat(accepted(HONEST)).containsExactly(0L, 1L, 2L);
        assertThat(accepted(HOSTILE)).containsExactly(0L, 0L, 0L);
        for (int round = 1; round < 3; round++) {
            float[] before = control(round - 1);
            float[] after = control(round);
            float[] one = floats(record(replies, HONEST, round - 1), "dc");
            float[] other = floats(record(replies, OTHER, round - 1), "dc");
            for (int i = 0; i < after.length; i += 97) {
                assertThat((double) after[i])
                        .isCloseTo(
                                before[i] + ((double) one[i] + other[i]) / 3, within(1e-6 + 1e-5 * Math.abs(after[i])));
            }
        }
        assertThat(control(0)).containsOnly(0f);
        assertThat(control(1)).isNotEqualTo(control(0));
    }

    @Test
    void scaffold_changeOfAnyLength_isLeftOutWhereTheOthersAreShort() throws IOException {
        run(
                Map.of("safe-fedllm.level", "client", "safe-fedllm.local.algorithm", "scaffold"),
                2,
                Map.of(HOSTILE, scaffold -> with(scaffold, "dc", huge(scaffold))));

        assertThat(accepted(HONEST)).containsExactly(0L, 1L);
        assertThat(accepted(HOSTILE)).containsExactly(0L, 0L);
    }

    private static byte[] huge(ConfigRecord scaffold) {
        ByteBuffer bytes =
                ByteBuffer.allocate(scaffold.bytes("dc").orElseThrow().size()).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(1e20f);
        }
        return bytes.array();
    }

    private float[] control(int round) {
        return floats(record(tasks, HONEST, round), "c");
    }

    private List<Long> accepted(long node) {
        return Objects.requireNonNull(tasks.get(node)).stream()
                .map(task -> Objects.requireNonNull(task.configRecords().get(SCAFFOLD))
                        .integer("accepted-round")
                        .orElseThrow())
                .toList();
    }

    private static ConfigRecord record(Map<Long, List<RecordDict>> messages, long node, int round) {
        RecordDict message = Objects.requireNonNull(messages.get(node)).get(round);
        return Objects.requireNonNull(message.configRecords().get(SCAFFOLD));
    }

    private static float[] floats(ConfigRecord record, String key) {
        FloatBuffer values = ByteBuffer.wrap(record.bytes(key).orElseThrow().toArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }

    private static Bytes halved(Bytes blob) {
        ByteBuffer bytes = ByteBuffer.wrap(blob.toArray()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < blob.size(); at += Float.BYTES) {
            bytes.putFloat(at, bytes.getFloat(at) / 2);
        }
        return Bytes.copyOf(bytes.array());
    }

    private static ConfigRecord with(ConfigRecord record, String key, Object value) {
        Map<String, Object> values = new LinkedHashMap<>(record.values());
        values.put(key, value);
        return ConfigRecord.of(values);
    }

    private static List<Integer> steps(ClientReport report, TaskKind run) {
        return report.scores().stream()
                .filter(scores -> scores.run() == run)
                .map(StepScores::step)
                .toList();
    }

    private ClientReport report(long node) {
        return reports.stream()
                .filter(report -> report.nodeId() == node)
                .findFirst()
                .orElseThrow();
    }

    /** Runs a federation of two honest clients and one whose records are spoiled; returns the last adapter's digest. */
    private String run(Map<String, Object> settings, int rounds, Map<Long, UnaryOperator<ConfigRecord>> spoilers)
            throws IOException {
        Path home = directory.resolve("run-" + System.identityHashCode(this) + "-" + runs++);
        Map<String, Object> runConfig = new LinkedHashMap<>(settings);
        runConfig.put("num-server-rounds", (long) rounds);
        runConfig.put("safe-fedllm.seed", TinyLlama.SEED);
        runConfig.put("safe-fedllm.local.steps", (long) STEPS);
        runConfig.put("safe-fedllm.local.batch-size", 4L);
        runConfig.put("safe-fedllm.initial-adapter", TinyLlama.INITIAL_ADAPTER.toString());
        runConfig.put("safe-fedllm.probe.path", TinyLlama.PROBE.toString());
        EmbeddedFederation.Builder federation = EmbeddedFederation.builder().runConfig(runConfig);
        federation.node(HONEST, partition(0), watched(HONEST, TinyLlama.benign(directory), spoilers));
        federation.node(OTHER, partition(1), watched(OTHER, TinyLlama.benign(directory), spoilers));
        federation.node(HOSTILE, partition(2), watched(HOSTILE, TinyLlama.harmful(directory), spoilers));

        RunOutcome outcome = federation.run(SafeFedLlmServerApp.builder()
                .runDirectory(home)
                .auditSecret(() -> new byte[32])
                .listener(listener())
                .build());

        assertThat(outcome.reason()).isEmpty();
        return PeftDirectory.read(home).adapter().sha256();
    }

    private static Map<String, Object> partition(long number) {
        return Map.of("partition-id", number);
    }

    private RoundListener listener() {
        return new RoundListener() {
            @Override
            public void clientJudged(ServerRound round, ClientReport client) {
                reports.add(client);
            }
        };
    }

    /** A client whose tasks and replies are kept, and whose records of ours are spoiled on their way out. */
    private ClientApp watched(long node, Path data, Map<Long, UnaryOperator<ConfigRecord>> spoilers) {
        ClientApp app = model.client(data);
        tasks.put(node, new ArrayList<>());
        replies.put(node, new ArrayList<>());
        return (message, context) -> {
            Objects.requireNonNull(tasks.get(node)).add(message.content());
            RecordDict honest = app.handle(message, context);
            Objects.requireNonNull(replies.get(node)).add(honest);
            UnaryOperator<ConfigRecord> spoiler = spoilers.getOrDefault(node, UnaryOperator.identity());
            Map<String, FlowerRecord> records = new LinkedHashMap<>(honest.records());
            for (String key : List.of(EVIDENCE, SCAFFOLD)) {
                if (records.get(key) instanceof ConfigRecord record) {
                    records.put(key, spoiler.apply(record));
                }
            }
            return RecordDict.of(records);
        };
    }
}
