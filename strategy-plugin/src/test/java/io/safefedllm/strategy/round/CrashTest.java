package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.trust.AuditKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a run leaves behind when it is cut off between two writes is enough to end as if nothing had happened (SF-7.11). */
class CrashTest {
    private static final int ROUNDS = 4;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** In the order in which a round writes them; the ledger makes it finished. */
    private static final List<String> ROUND_FILES =
            List.of("adapter_model.safetensors", "adapter_config.json", "server_state.safetensors");

    private static final Map<String, Object> SETTINGS = Map.of(
            "safe-fedllm.level",
            "evidence",
            "safe-fedllm.server.optimizer",
            "fedavgm",
            "safe-fedllm.evidence.min",
            1L,
            "safe-fedllm.evidence.audit-probability",
            0.5,
            "safe-fedllm.sample-clients",
            3L);

    private final Path directory;
    private final List<RoundReport> reports = new ArrayList<>();
    private byte secret;

    CrashTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** A round and how many of its writes were made: files of the round, part of the journal, all of it. */
    record Crash(int round, int writes) {
        boolean hasHalfTheJournal() {
            return writes == ROUND_FILES.size() + 1;
        }

        boolean hasTheJournal() {
            return writes > ROUND_FILES.size() + 1;
        }
    }

    static Stream<Crash> crashes() {
        return IntStream.rangeClosed(1, ROUNDS).boxed().flatMap(round -> IntStream.rangeClosed(
                        0, ROUND_FILES.size() + 2)
                .mapToObj(writes -> new Crash(round, writes)));
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void run_killedBetweenTwoWrites_endsWithTheSameBytes(Crash crash) throws IOException {
        Path whole = directory.resolve("whole");
        Path cut = directory.resolve("cut");
        run(whole, SETTINGS, ROUNDS);
        stopBefore(crash.round(), cut);
        leave(crash, whole, cut);

        assertThat(run(cut, SETTINGS, ROUNDS).reason()).isEmpty();

        assertThat(files(cut)).isEqualTo(files(whole));
    }

    @Test
    void run_killedBeforeTheFirstJournalLine_begins() throws IOException {
        Path whole = directory.resolve("whole");
        Path cut = directory.resolve("cut");
        run(whole, SETTINGS, ROUNDS);
        stopBefore(1, cut);
        Files.delete(cut.resolve("journal.jsonl"));

        run(cut, SETTINGS, ROUNDS);

        assertThat(files(cut)).isEqualTo(files(whole));
    }

    @Test
    void run_moreBehindTheMarkThanTheRoundWrites_isCutOff() throws IOException {
        Path whole = directory.resolve("whole");
        Path cut = directory.resolve("cut");
        run(whole, SETTINGS, ROUNDS);
        stopBefore(ROUNDS, cut);
        Files.writeString(cut.resolve("journal.jsonl"), "x".repeat(100_000), StandardOpenOption.APPEND);

        run(cut, SETTINGS, ROUNDS);

        assertThat(files(cut)).isEqualTo(files(whole));
    }

    @Test
    void run_finishedRunAgain_changesNothing() throws IOException {
        run(directory, SETTINGS, 2);
        Map<String, String> before = files(directory);

        assertThat(run(directory, SETTINGS, 2).isCompleted()).isTrue();

        assertThat(files(directory)).isEqualTo(before);
        assertThat(reports).hasSize(2);
    }

    @Test
    void run_resumeFromAnotherDirectory_goesOnAsThatRunWould() throws IOException {
        run(directory.resolve("whole"), SETTINGS, ROUNDS);
        List<RoundReport> undisturbed = List.copyOf(reports);
        secret = 0;
        run(directory.resolve("first"), SETTINGS, 2);
        reports.clear();
        Map<String, Object> settings = new LinkedHashMap<>(SETTINGS);
        settings.put("safe-fedllm.resume-from", directory.resolve("first").toString());

        assertThat(run(directory.resolve("second"), settings, ROUNDS).reason()).isEmpty();

        assertThat(reports).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(reports.get(i).adapter())
                    .isEqualTo(undisturbed.get(2 + i).adapter());
            assertThat(reports.get(i).clients())
                    .isEqualTo(undisturbed.get(2 + i).clients());
        }
        JsonNode head = JSON.readTree(
                Files.readAllLines(directory.resolve("second/journal.jsonl")).get(0));
        assertThat(head.path("resumed").path("round").asInt()).isEqualTo(2);
        assertThat(head.path("ledger").path("clients")).isNotEmpty();
        assertThat(head.toString()).doesNotContain(hex());
        assertThat(head.path("rhoBefore").isNumber()).isTrue();
    }

    @Test
    void run_directoryOfAnotherRun_isRefusedWithTheSetting() {
        run(directory, SETTINGS, 1);
        Map<String, Object> other = new LinkedHashMap<>(SETTINGS);
        other.put("safe-fedllm.shadow.eta", 3.0);

        assertThat(run(directory, other, 2).reason())
                .isEqualTo(
                        "SFL-201 '" + directory + "' holds a run with safe-fedllm.shadow.eta = 7.0 but here it is 3.0;"
                                + " use the same settings or choose another directory");
    }

    @Test
    void run_resumeFromNothing_isRefused() {
        Map<String, Object> settings = new LinkedHashMap<>(SETTINGS);
        settings.put("safe-fedllm.resume-from", directory.resolve("none").toString());

        assertThat(run(directory, settings, 2).reason())
                .isEqualTo("SFL-201 '" + directory.resolve("none")
                        + "' holds no run to resume from; name a run's directory");
    }

    @Test
    void run_changedJournal_isRefused() throws IOException {
        run(directory, SETTINGS, 1);
        Path journal = directory.resolve("journal.jsonl");
        Files.writeString(journal, Files.readString(journal).replace("\"skipped\":false", "\"skipped\":true "));

        assertThat(run(directory, SETTINGS, 2).reason()).contains("was changed after it was written; restore the file");
    }

    @Test
    void run_lostAdapter_isRefused() throws IOException {
        run(directory, SETTINGS, 2);
        Path round = directory.resolve("rounds/000002/adapter_model.safetensors");
        Files.write(round, Files.readAllBytes(directory.resolve("rounds/000001/adapter_model.safetensors")));

        assertThat(run(directory, SETTINGS, 3).reason())
                .contains("does not hold the adapter that round 2 ended with; restore it or choose another directory");
    }

    @Test
    void run_lostMomentum_isRefused() throws IOException {
        run(directory, SETTINGS, 2);
        Path round = directory.resolve("rounds/000002/server_state.safetensors");
        Files.write(round, Files.readAllBytes(directory.resolve("rounds/000001/server_state.safetensors")));

        assertThat(run(directory, SETTINGS, 3).reason())
                .contains("does not hold the state that round 2 ended with; restore it or choose another directory");
    }

    @Test
    void run_ledger_isForTheOwnerOnlyAndSealsTheJournal() throws IOException {
        run(directory, SETTINGS, 1);

        JsonNode ledger = JSON.readTree(directory.resolve("ledger.json").toFile());
        assertThat(Files.getPosixFilePermissions(directory.resolve("ledger.json")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(ledger.path("round").asInt()).isEqualTo(1);
        assertThat(ledger.path("journalSeq").asInt())
                .isEqualTo(
                        Files.readAllLines(directory.resolve("journal.jsonl")).size());
        assertThat(ledger.path("trust").path("auditKey").asText()).isEqualTo(hex());
    }

    /** The free rider remembers over the restart what it was sent before, and so must the server what it did. */
    @Test
    void run_serverStepSentBackAfterARestart_isStillRecognised() throws IOException {
        Path whole = directory.resolve("whole");
        Path cut = directory.resolve("cut");
        assertThat(freeRide(whole, ROUNDS).reason()).isEmpty();
        List<RoundReport> undisturbed = List.copyOf(reports);
        secret = 0;
        freeRide(cut, 2);
        reports.clear();

        freeRide(cut, ROUNDS);

        assertThat(files(cut.resolve("rounds"))).isEqualTo(files(whole.resolve("rounds")));
        for (int i = 0; i < 2; i++) {
            assertThat(reports.get(i).clients())
                    .isEqualTo(undisturbed.get(2 + i).clients());
            assertThat(reports.get(i).clients().get(3).verdict().orElseThrow().reasons())
                    .contains("server-step");
        }
    }

    private RunOutcome freeRide(Path home, int rounds) {
        Map<String, Object> settings = new LinkedHashMap<>(SETTINGS);
        settings.put("safe-fedllm.level", "client");
        settings.put("safe-fedllm.duplicates", "strike");
        settings.put("safe-fedllm.sample-clients", 4L);
        List<LoraAdapter> sent = new ArrayList<>(List.of(Adapters.initial()));
        ClientApp rider = (message, context) -> {
            LoraAdapter before = sent.get(sent.size() - 1);
            LoraAdapter now = Replies.received(message);
            sent.add(now);
            LoraAdapter reply = now.equals(before) ? scattered(now, 5) : now.plus(LoraUpdate.between(before, now));
            return Replies.honest(reply, 5);
        };
        if (Files.exists(home.resolve("ledger.json"))) {
            sent.add(lastButOne(home));
        }
        return federation(settings, rounds)
                .node(2, Map.of(), scatterer(2))
                .node(3, Map.of(), scatterer(3))
                .node(4, Map.of(), scatterer(4))
                .node(5, Map.of(), rider)
                .run(app(home, collector()));
    }

    /** What the free rider was sent before the cut. */
    private static LoraAdapter lastButOne(Path home) {
        try {
            return PeftDirectory.read(home.resolve("rounds/000001"))
                    .adapter()
                    .arrangedAs(Adapters.initial().layout());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Trains by a step in a direction of its own in every round. */
    private static ClientApp scatterer(long node) {
        return (message, context) -> {
            LoraAdapter received = Replies.received(message);
            return Replies.honest(scattered(received, 31 * node + Float.floatToIntBits(received.at(0))), 5);
        };
    }

    private static LoraAdapter scattered(LoraAdapter from, long seed) {
        Random dice = new Random(seed);
        float[] values = from.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += 0.2f * dice.nextFloat();
        }
        return LoraAdapter.copyOf(from.layout(), values);
    }

    @Test
    void run_randomAuditsWithoutASecret_areRefused() {
        SafeFedLlmServerApp app = SafeFedLlmServerApp.builder()
                .runDirectory(directory)
                .initialAdapter(Adapters.peft(Adapters.initial()))
                .screening(SignScorer.screening())
                .build();

        assertThat(EmbeddedFederation.builder()
                        .runConfig(Map.of("safe-fedllm.level", "evidence"))
                        .node(2, Map.of(), trainer(1))
                        .run(app)
                        .reason())
                .isEqualTo("SFL-201 level 'evidence' draws audits with a secret, which this program was not given; set"
                        + " safe-fedllm.evidence.audit to counter");
    }

    /** Puts the files into a directory that the writes before a crash left there. */
    private static void leave(Crash crash, Path whole, Path cut) throws IOException {
        String name = String.format("rounds/%06d", crash.round());
        Files.createDirectories(cut.resolve(name));
        for (String file : ROUND_FILES.subList(0, Math.min(crash.writes(), ROUND_FILES.size()))) {
            Files.copy(whole.resolve(name).resolve(file), cut.resolve(name).resolve(file));
        }
        long kept = Files.size(cut.resolve("journal.jsonl"));
        byte[] journal = Files.readAllBytes(whole.resolve("journal.jsonl"));
        if (crash.hasTheJournal()) {
            Files.write(cut.resolve("journal.jsonl"), journal);
        } else if (crash.hasHalfTheJournal()) {
            Files.write(
                    cut.resolve("journal.jsonl"), Arrays.copyOf(journal, (int) Math.min(kept + 700, journal.length)));
        }
        Path spool = cut.resolve(String.format("spool/%06d", crash.round()));
        Files.createDirectories(spool);
        Files.writeString(spool.resolve("2-main.f32"), "half");
    }

    /** Plays a run like the others until a round begins. */
    private void stopBefore(int round, Path home) {
        secret = 0;
        RoundListener stopper = new RoundListener() {
            @Override
            public void roundStarted(ServerRound started, List<Long> nodes) {
                if (started.number() == round) {
                    throw new RunStoppedException(RunStoppedException.Reason.STOPPED_BY_USER, "stopped");
                }
            }
        };
        assertThat(run(home, SETTINGS, ROUNDS, stopper).isCompleted()).isFalse();
    }

    private RunOutcome run(Path home, Map<String, Object> settings, int rounds) {
        return run(home, settings, rounds, collector());
    }

    private RoundListener collector() {
        return new RoundListener() {
            @Override
            public void roundFinished(RoundReport report) {
                reports.add(report);
            }
        };
    }

    private RunOutcome run(Path home, Map<String, Object> settings, int rounds, RoundListener listener) {
        return federation(settings, rounds)
                .node(2, Map.of(), trainer(0.1f))
                .node(3, Map.of(), trainer(-0.3f))
                .node(4, Map.of(), trainer(0.2f))
                .node(5, Map.of(), trainer(0.15f))
                .run(app(home, listener));
    }

    private SafeFedLlmServerApp app(Path home, RoundListener listener) {
        return SafeFedLlmServerApp.builder()
                .runDirectory(home)
                .initialAdapter(Adapters.peft(Adapters.initial()))
                .screening(SignScorer.screening())
                .auditSecret(this::secret)
                .pause(length -> {})
                .listener(listener)
                .build();
    }

    private static EmbeddedFederation.Builder federation(Map<String, Object> settings, int rounds) {
        Map<String, Object> config = new LinkedHashMap<>(settings);
        config.put("num-server-rounds", (long) rounds);
        config.put("strategy.min-available-nodes", 4L);
        return EmbeddedFederation.builder().runConfig(config);
    }

    /** Every secret is another one: a run that took a new one after a crash would not end the same. */
    private byte[] secret() {
        byte[] bytes = new byte[AuditKey.LENGTH];
        Arrays.fill(bytes, ++secret);
        return bytes;
    }

    private static String hex() {
        return "01".repeat(AuditKey.LENGTH);
    }

    /** Trains by a step that is another one in every round. */
    private static ClientApp trainer(float step) {
        return (message, context) -> {
            ConfigRecord config =
                    message.content().configRecords().values().iterator().next();
            long round = config.integer("safe-fedllm.round")
                    .orElse(config.integer("server-round").orElseThrow());
            return Replies.honest(Adapters.shifted(Replies.received(message), step * (1 + 0.1f * round)), 5);
        };
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                files.put(
                        root.relativize(path).toString(),
                        new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }
}
