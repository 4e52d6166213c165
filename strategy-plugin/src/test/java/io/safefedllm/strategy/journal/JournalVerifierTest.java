package io.safefedllm.strategy.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.strategy.exchange.ReplyCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of every level verify as they were written, and in no other way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JournalVerifierTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String JOURNAL = "journal.jsonl";

    /** A prime, so that flips fall on every kind of position. */
    private static final int FLIP_DISTANCE = 101;

    private Path directory;
    private Path run;

    @BeforeAll
    void playOneRun(@TempDir Path temporary) {
        directory = temporary;
        run = directory.resolve("shadow");
        JournalRuns.play(run, "shadow", "hardened", Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "none, hardened",
        "step, hardened",
        "client, hardened",
        "shadow, hardened",
        "evidence, hardened",
        "adapter, hardened",
        "none, paper-faithful",
        "step, paper-faithful",
        "client, paper-faithful",
        "shadow, paper-faithful",
        "evidence, paper-faithful",
        "adapter, paper-faithful",
    })
    void verify_runOfAnyLevel_holds(String level, String mode) throws IOException {
        Path played = directory.resolve(level + "-" + mode);
        RunOutcome outcome = JournalRuns.play(played, level, mode, Map.of());
        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();

        Verification verification = JournalVerifier.verify(played);

        assertThat(verification.findings()).isEmpty();
        assertThat(verification.rounds()).isEqualTo((int) JournalRuns.ROUNDS);
        assertThat(verification.weights()).isEqualTo(8 * JournalRuns.ROUNDS - 1);
        assertThat(verification.adapters()).isEqualTo((int) JournalRuns.ROUNDS + 1);
        assertThat(verification.unfinished()).isZero();
    }

    /** Modes are defaults only, so that every mixture of them is a run that somebody may have played. */
    @ParameterizedTest
    @CsvSource({
        "shadow, hardened, evidence-policy=trust",
        "shadow, hardened, memory=paper",
        "shadow, hardened, delta-base=global",
        "shadow, hardened, probe.views=first_b",
        "shadow, paper-faithful, shadow.also-main=on",
        "shadow, paper-faithful, evidence-policy=reject",
        "shadow, paper-faithful, memory=trust",
        "evidence, hardened, evidence-policy=trust",
        "evidence, hardened, memory=paper",
        "evidence, hardened, evidence.permanent-freeze=on",
        "evidence, hardened, evidence.audit=counter",
        "evidence, paper-faithful, shadow.also-main=on",
        "evidence, paper-faithful, evidence-policy=reject",
        "adapter, hardened, evidence-policy=trust",
        "adapter, hardened, adapter.rule=gap",
        "adapter, paper-faithful, duplicates=strike",
        "client, hardened, delta-base=initial",
        "client, hardened, firewall.oversize-factor=none",
        "client, paper-faithful, firewall.oversize-factor=10",
        "client, paper-faithful, freeze-round=none",
        "step, hardened, server.optimizer=fedadam",
        "step, paper-faithful, clip.enabled=on",
    })
    void verify_runOfMixedModes_holds(String level, String mode, String setting) throws IOException {
        Path played = directory.resolve(level + "-" + mode + "-" + setting);
        String[] pair = setting.split("=", 2);
        RunOutcome outcome =
                JournalRuns.playWithoutAShadow(played, level, mode, Map.of("safe-fedllm." + pair[0], pair[1]));
        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();

        assertThat(JournalVerifier.verify(played).findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "shadow", "adapter"})
    void verify_runThatOutgrewItsFirstRound_holdsAndSoDoesOneThatGoesOnWithIt(String level) throws IOException {
        Path whole = directory.resolve("outgrown-" + level);
        Path half = directory.resolve("outgrown-half-" + level);
        Path rest = directory.resolve("outgrown-rest-" + level);
        JournalRuns.playShortFirstRound(whole, level, Map.of());
        JournalRuns.playShortFirstRound(half, level, Map.of("num-server-rounds", 6L));
        JournalRuns.playShortFirstRound(rest, level, Map.of("safe-fedllm.resume-from", half.toString()));

        for (Path run : List.of(whole, half, rest)) {
            assertThat(JournalVerifier.verify(run).findings()).isEmpty();
        }
        RunHistory history = RunHistory.of(JournalReader.read(whole.resolve(JOURNAL)));
        assertThat(history.rounds().get(5).clients())
                .extracting(ClientLine::code)
                .containsOnly(ReplyCode.OUTGROWN);
        assertThat(history.rounds().get(11).skipped()).isEmpty();
        assertThat(RunHistory.of(JournalReader.read(rest.resolve(JOURNAL)))
                        .rounds()
                        .get(5)
                        .adapterSha256())
                .isEqualTo(history.rounds().get(11).adapterSha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"median", "multi-krum", "flame"})
    void verify_runOfAnyRule_holds(String rule) throws IOException {
        Path played = directory.resolve(rule);
        JournalRuns.play(
                played, "client", "hardened", Map.of("safe-fedllm.rule", rule, "safe-fedllm.rule.byzantine", 1L));

        assertThat(JournalVerifier.verify(played).findings()).isEmpty();
    }

    @Test
    void verify_theRunOfTheseTests_holdsAllThatAJournalTells() throws IOException {
        RunHistory history = RunHistory.of(JournalReader.read(run.resolve(JOURNAL)));
        Set<ReplyCode> codes = new HashSet<>();
        Set<String> reasons = new HashSet<>();
        Set<Integer> groups = new HashSet<>();
        boolean clipped = false;
        for (RoundLine round : history.rounds()) {
            for (ClientLine client : round.clients()) {
                codes.add(client.code());
                groups.add(client.share().duplicates());
                clipped |= client.share().clip() < 1.0;
                client.verdict().ifPresent(verdict -> reasons.addAll(verdict.reasons()));
            }
        }

        assertThat(codes)
                .contains(
                        ReplyCode.OK,
                        ReplyCode.NO_REPLY,
                        ReplyCode.NON_FINITE,
                        ReplyCode.OVERSIZED,
                        ReplyCode.REPLAYED);
        assertThat(reasons).contains("quarantine-starts", "quarantined", "quarantine-ends", "recovering", "last-step");
        assertThat(groups).contains(1, 2);
        assertThat(clipped).isTrue();
        assertThat(history.rounds()).anyMatch(round -> round.skipped().equals(Optional.of(SkipReason.LOW_TRUST)));
    }

    @Test
    void verify_anyByteFlipped_fails() throws IOException {
        byte[] journal = Files.readAllBytes(run.resolve(JOURNAL));
        Path copy = copyOf(run, "flips");
        for (int i = 0; i < journal.length; i += FLIP_DISTANCE) {
            byte[] changed = journal.clone();
            changed[i] = (byte) (changed[i] ^ 1);
            Files.write(copy.resolve(JOURNAL), changed);

            assertThat(fails(copy)).as("byte %d", i).isTrue();
        }
    }

    /** Without a ledger nothing but the recomputation and the adapter vouch for the last line. */
    @Test
    void verify_anyByteOfTheLastLineFlipped_failsWithoutALedger() throws IOException {
        byte[] journal = Files.readAllBytes(run.resolve(JOURNAL));
        Path copy = withoutLedger("last");
        int start = new String(journal, StandardCharsets.UTF_8).lastIndexOf('\n', journal.length - 2) + 1;
        for (int i = start; i < journal.length; i++) {
            byte[] changed = journal.clone();
            changed[i] = (byte) (changed[i] ^ 1);
            Files.write(copy.resolve(JOURNAL), changed);

            assertThat(fails(copy)).as("byte %d", i - start).isTrue();
        }
    }

    @Test
    void verify_lineRemovedOrMoved_fails() throws IOException {
        List<String> lines = Files.readAllLines(run.resolve(JOURNAL));
        Path copy = copyOf(run, "lines");
        for (int i = 0; i < lines.size(); i++) {
            List<String> removed = new ArrayList<>(lines);
            removed.remove(i);
            write(copy, removed);
            assertThat(fails(copy)).as("without line %d", i + 1).isTrue();
        }
        for (int i = 1; i < lines.size(); i++) {
            List<String> moved = new ArrayList<>(lines);
            Collections.swap(moved, i - 1, i);
            write(copy, moved);
            assertThat(fails(copy)).as("line %d moved up", i + 1).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "capped",
                "harmful",
                "harmfulShare",
                "omega",
                "trust",
                "quarantined",
                "quarantineLevel",
                "quarantineLeft",
                "duplicates",
                "weight",
                "clip",
            })
    void verify_fieldOfAClientChangedAndTheChainMadeAnew_isNamed(String field) throws IOException {
        Path copy = withoutLedger("client-" + field);
        List<ObjectNode> lines = lines();
        int line = 0;
        for (int i = 0; i < lines.size(); i++) {
            boolean honest = lines.get(i).path("node").asText().equals("3");
            line = honest && lines.get(i).path("round").asInt() == 6 ? i : line;
        }

        change(lines.get(line), field);
        chain(copy, lines);

        int seq = line + 1;
        assertThat(JournalVerifier.verify(copy).findings()).anySatisfy(finding -> assertThat(finding.toString())
                .startsWith("line " + seq + ", " + field + ": says"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"meanWeight", "counted", "effectiveSamples", "rho", "medianNorm"})
    void verify_fieldOfARoundChangedAndTheChainMadeAnew_isNamed(String field) throws IOException {
        Path copy = withoutLedger("round-" + field);
        List<ObjectNode> lines = lines();
        int last = lines.size() - 1;

        change(lines.get(last), field);
        chain(copy, lines);

        assertThat(JournalVerifier.verify(copy).findings())
                .extracting(Finding::field)
                .containsExactly(field);
    }

    @Test
    void verify_skipHiddenAndTheChainMadeAnew_isNamed() throws IOException {
        Path copy = withoutLedger("skip");
        List<ObjectNode> lines = lines();
        for (ObjectNode line : lines) {
            if (line.path("skipped").asBoolean()) {
                line.put("skipped", false);
                line.putNull("reason");
            }
        }
        chain(copy, lines);

        assertThat(JournalVerifier.verify(copy).findings())
                .extracting(Finding::field)
                .contains("reason");
    }

    @Test
    void verify_scoreRaisedAndTheChainMadeAnew_isNamed() throws IOException {
        Path copy = withoutLedger("score");
        List<ObjectNode> lines = lines();
        ObjectNode view = (ObjectNode) lines.get(1).path("views").get(0);
        view.put("p", 0.5);
        chain(copy, lines);

        assertThat(JournalVerifier.verify(copy).findings())
                .anySatisfy(finding -> assertThat(finding.toString()).startsWith("line 2, views: says p = 0.5"));
    }

    @Test
    void verify_adapterExchanged_isNamed() throws IOException {
        Path copy = copyOf(run, "adapter");
        Files.copy(
                run.resolve("rounds/000001/adapter_model.safetensors"),
                copy.resolve("rounds/000005/adapter_model.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);

        List<Finding> findings = JournalVerifier.verify(copy).findings();

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).toString())
                .endsWith("adapterSha256: is not the digest of the adapter in rounds/000005");
    }

    @Test
    void verify_ledgerThatIsCut_isNamed() throws IOException {
        Path copy = copyOf(run, "cut-ledger");
        byte[] ledger = Files.readAllBytes(copy.resolve("ledger.json"));
        Files.write(copy.resolve("ledger.json"), Arrays.copyOf(ledger, ledger.length / 2));

        assertThat(JournalVerifier.verify(copy).findings())
                .extracting(Finding::toString)
                .containsExactly("ledger.json: is cut or changed: it is not JSON; restore it");
    }

    @Test
    void verify_lineWithoutAField_namesBoth() throws IOException {
        Path copy = withoutLedger("field");
        List<ObjectNode> lines = lines();
        lines.get(1).remove("omega");
        chain(copy, lines);

        assertThatThrownBy(() -> JournalVerifier.verify(copy))
                .isInstanceOf(JournalException.class)
                .hasMessage("line 2: field 'omega' is missing");
    }

    @Test
    void verify_copiesUnderStrike_followFromTwinAndDistance() throws IOException {
        Path played = directory.resolve("copies-of-work");
        JournalRuns.play(played, "adapter", "hardened", Map.of());
        Files.delete(played.resolve("ledger.json"));
        List<ObjectNode> lines = lines(played);
        ObjectNode copyist = lines.stream()
                .filter(line -> line.has("twin"))
                .reduce((first, last) -> last)
                .orElseThrow();
        assertThat(copyist.path("reasons").toString()).contains("copy");
        assertThat(JournalVerifier.verify(played).findings()).isEmpty();

        copyist.put("twin", "77");
        chain(played, lines);
        assertThat(JournalVerifier.verify(played).findings())
                .extracting(Finding::toString)
                .containsExactly("line " + copyist.path("seq").asLong() + ", twin: is no other client of the round");

        ObjectNode rider = lines(played).stream()
                .filter(line -> line.path("stepDistance").asDouble() > 0.02)
                .filter(line -> line.path("harmful").isBoolean()
                        && !line.path("harmful").asBoolean())
                .reduce((first, last) -> last)
                .orElseThrow();
        int at = (int) rider.path("seq").asLong() - 1;
        lines.get(at).put("stepDistance", 0.0);
        chain(played, lines);
        assertThat(JournalVerifier.verify(played).findings())
                .extracting(Finding::field)
                .contains("harmful", "trust", "weight", "reasons");
    }

    private List<ObjectNode> lines() throws IOException {
        return lines(run);
    }

    private static List<ObjectNode> lines(Path home) throws IOException {
        List<ObjectNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(home.resolve(JOURNAL))) {
            lines.add((ObjectNode) JSON.readTree(line));
        }
        return lines;
    }

    private static void change(ObjectNode line, String field) {
        if (line.path(field).isBoolean()) {
            line.put(field, !line.path(field).asBoolean());
        } else if (line.path(field).isIntegralNumber()) {
            line.put(field, line.path(field).asLong() + 1);
        } else {
            line.put(
                    field,
                    Math.nextUp(line.path(field).asDouble())
                            - 2 * Math.ulp(line.path(field).asDouble()));
        }
    }

    private static void chain(Path copy, List<ObjectNode> lines) throws IOException {
        List<String> texts = new ArrayList<>();
        String prev = JournalFile.NO_LINE;
        for (ObjectNode line : lines) {
            line.put("prev", prev);
            texts.add(line.toString());
            prev = JournalFile.sha256(line.toString().getBytes(StandardCharsets.UTF_8));
        }
        write(copy, texts);
    }

    private static void write(Path copy, List<String> lines) throws IOException {
        Files.writeString(copy.resolve(JOURNAL), String.join("\n", lines) + "\n");
    }

    private static boolean fails(Path copy) throws IOException {
        try {
            return !JournalVerifier.verify(copy).holds();
        } catch (JournalException e) {
            return true;
        }
    }

    private Path withoutLedger(String name) throws IOException {
        Path copy = copyOf(run, name);
        Files.delete(copy.resolve("ledger.json"));
        return copy;
    }

    private Path copyOf(Path original, String name) throws IOException {
        Path copy = directory.resolve("copies").resolve(name);
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(original.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }
}
