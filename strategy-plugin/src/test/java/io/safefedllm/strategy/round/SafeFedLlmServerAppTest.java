package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.flower.link.RunStatus;
import io.safefedllm.flower.link.RunStoppedException;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.exchange.ClaimedUpdate;
import io.safefedllm.strategy.exchange.DecodeResult;
import io.safefedllm.strategy.exchange.HostileContent;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ReplyReader;
import io.safefedllm.strategy.exchange.ServerRound;
import io.safefedllm.strategy.exchange.TaskKind;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.JournalReader;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.journal.SkipReason;
import io.safefedllm.strategy.settings.StrategySettings;
import io.safefedllm.strategy.trust.SecurityWeight;
import io.safefedllm.strategy.trust.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeFedLlmServerAppTest {
    private static final LoraAdapter INITIAL = Adapters.initial();

    private final Path directory;
    private final List<RoundReport> reports = new ArrayList<>();
    private final List<String> events = new ArrayList<>();

    SafeFedLlmServerAppTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void run_shadowLevel_barsTheHostileAndLearnsFromTheHonest() throws IOException {
        RunOutcome outcome = run(Map.of("safe-fedllm.level", "shadow"), trainer(0.1f), trainer(-0.3f), trainer(0.2f));

        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();
        assertThat(reports).hasSize(3).allSatisfy(report -> {
            assertThat(report.skipped()).isEmpty();
            double trust = 1.0 - 0.5 * Math.pow(0.6, report.round().number());
            assertThat(report.clients().get(0).weight()).isCloseTo(trust, within(1e-12));
            assertThat(report.clients().get(1).weight()).isZero();
            assertThat(report.clients().get(2).weight()).isCloseTo(trust, within(1e-12));
        });
        assertThat(PeftDirectory.read(directory).adapter())
                .isEqualTo(reports.get(2).adapter());
        assertThat(PeftDirectory.read(directory.resolve("rounds/000002")).adapter())
                .isEqualTo(reports.get(1).adapter());
        assertThat(files(directory.resolve("spool"))).isEmpty();
    }

    @Test
    void run_anyLevel_journalGivesTheAdapterAgain() throws IOException {
        run(Map.of("safe-fedllm.level", "client"), trainer(0.1f), trainer(-0.3f), trainer(0.2f));

        List<JournalReader.RoundEntry> rounds =
                JournalReader.read(directory.resolve("journal.jsonl")).rounds();

        LoraAdapter global = INITIAL;
        float[] steps = {0.1f, -0.3f, 0.2f};
        for (JournalReader.RoundEntry round : rounds) {
            double[] sums = new double[global.layout().size()];
            double total = 0;
            for (int i = 0; i < steps.length; i++) {
                double effective = round.clients().get(i).effectiveSamples();
                LoraAdapter reply = Adapters.shifted(global, steps[i]);
                for (int k = 0; k < sums.length; k++) {
                    sums[k] += effective * reply.at(k);
                }
                total += effective;
            }
            float[] next = new float[sums.length];
            for (int k = 0; k < sums.length; k++) {
                next[k] = (float) (sums[k] / total);
            }
            global = LoraAdapter.wrap(global.layout(), next);
            assertThat(global.sha256()).isEqualTo(round.adapterSha256());
        }
        assertThat(PeftDirectory.read(directory).adapter()).isEqualTo(global);
        assertThat(rounds).hasSize(3);
        assertThat(rounds.get(0).clients().get(1).nodeId()).isEqualTo(3);
        assertThat(rounds.get(0).clients().get(1).weight()).isZero();
    }

    @Test
    void run_twiceWithEqualClients_leavesEqualBytes() throws IOException {
        Map<String, Object> settings = Map.of("safe-fedllm.level", "shadow", "safe-fedllm.sample-clients", 2L);
        run(settings, directory.resolve("a"), trainer(0.1f), trainer(-0.3f), trainer(0.2f));
        run(settings, directory.resolve("b"), trainer(0.1f), trainer(-0.3f), trainer(0.2f));

        for (String name : List.of("journal.jsonl", "adapter_model.safetensors", "adapter_config.json")) {
            assertThat(directory.resolve("b").resolve(name))
                    .hasSameBinaryContentAs(directory.resolve("a").resolve(name));
        }
    }

    @Test
    void run_shadowTask_holdsTheFirstAdapterAndTheRoundsOfTheRows() {
        List<String> tasks = new ArrayList<>();
        ClientApp spy = (message, context) -> {
            ConfigRecord config = config(message);
            LoraAdapter received = received(message);
            boolean shadow = config.flag("safe-fedllm.shadow").orElse(false);
            tasks.add(
                    (shadow ? "shadow of " + config.integer("safe-fedllm.round").orElseThrow() : "main")
                            + " in " + config.integer("server-round").orElseThrow()
                            + (received.equals(INITIAL) ? " from the first" : " from another"));
            return Replies.honest(Adapters.shifted(received, 0.1f), 5);
        };

        run(Map.of("safe-fedllm.level", "shadow"), spy, trainer(0.1f));

        assertThat(tasks)
                .containsExactlyInAnyOrder(
                        "main in 1 from the first",
                        "shadow of 1 in 1 from the first",
                        "main in 2 from another",
                        "shadow of 2 in 1 from the first",
                        "main in 3 from another",
                        "shadow of 3 in 1 from the first");
    }

    @Test
    void run_clientThatThrows_isAbsentAndTheRestGoesOn() {
        ClientApp broken = (message, context) -> {
            throw new IllegalStateException("out of memory\nline two");
        };

        RunOutcome outcome = run(Map.of("safe-fedllm.level", "client"), trainer(0.1f), broken);

        assertThat(outcome.isCompleted()).isTrue();
        assertThat(reports).allSatisfy(report -> assertThat(report.clients())
                .extracting(ClientReport::reason)
                .containsExactly("OK", "NO_REPLY"));
    }

    @Test
    void run_clientThatAnswersOneTaskOnly_isMissingEvidence() {
        ClientApp evasive = (message, context) -> {
            if (config(message).flag("safe-fedllm.shadow").orElse(false)) {
                throw new IllegalStateException("no");
            }
            return Replies.honest(Adapters.shifted(received(message), 0.1f), 5);
        };

        run(Map.of("safe-fedllm.level", "shadow"), trainer(0.1f), evasive);

        assertThat(reports).allSatisfy(report -> assertThat(report.clients())
                .extracting(ClientReport::reason)
                .containsExactly("OK", "MISSING_EVIDENCE"));
    }

    @Test
    void run_hostileReplies_neverEndTheRun() {
        Random dice = new Random(23);
        ClientApp hostile = (message, context) -> HostileContent.random(dice, INITIAL);

        RunOutcome outcome = run(
                Map.of(
                        "safe-fedllm.level", "shadow",
                        "num-server-rounds", 60L,
                        "safe-fedllm.firewall.replay-window", 0L),
                trainer(0.01f),
                hostile,
                hostile,
                hostile);

        assertThat(outcome.isCompleted()).as(outcome.reason()).isTrue();
        assertThat(reports).hasSize(60).allSatisfy(report -> {
            assertThat(report.adapter().isFinite()).isTrue();
            assertThat(report.clients().get(0).weight())
                    .isCloseTo(1.0 - 0.5 * Math.pow(0.6, report.round().number()), within(1e-12));
        });
    }

    @Test
    void run_allHostile_skipsEveryRoundAndKeepsTheAdapter() throws IOException {
        run(Map.of("safe-fedllm.level", "client"), trainer(-0.1f), trainer(-0.3f));

        assertThat(reports).allSatisfy(report -> assertThat(report.skipped()).isPresent());
        assertThat(reports.get(0).skipped()).hasValue(SkipReason.LOW_TRUST);
        assertThat(PeftDirectory.read(directory).adapter()).isEqualTo(INITIAL);
    }

    @Test
    void run_ownTrustPolicy_decidesTheWeights() {
        SafeFedLlmServerApp app = builder(directory)
                .trustPolicy((testimonies, ledger) -> testimonies.stream()
                        .map(client -> client.nodeId() == 3 ? Verdict.harmful(1) : Verdict.trusted(SecurityWeight.FULL))
                        .toList())
                .build();

        run(app, Map.of("safe-fedllm.level", "none"), trainer(0.1f), trainer(-0.3f));

        assertThat(reports.get(0).clients()).extracting(ClientReport::weight).containsExactly(1.0, 0.0);
        assertThat(reports.get(0).adapter()).isEqualTo(Adapters.shifted(INITIAL, 0.1f));
    }

    @Test
    void run_everyRule_completes() {
        for (String rule : AggregationRules.names()) {
            RunOutcome outcome = run(
                    Map.of("safe-fedllm.level", "none", "safe-fedllm.rule", rule, "safe-fedllm.rule.byzantine", 1L),
                    directory.resolve(rule),
                    trainer(0.1f),
                    trainer(0.2f),
                    trainer(0.3f),
                    trainer(9f),
                    trainer(0.25f));

            assertThat(outcome.isCompleted()).as(rule + " " + outcome.reason()).isTrue();
        }
    }

    @Test
    void run_listener_hearsEverythingInOrder() {
        run(Map.of("safe-fedllm.level", "client", "num-server-rounds", 1L), trainer(0.1f), trainer(0.2f));

        assertThat(events)
                .containsExactly(
                        "started client",
                        "round 1 of [2, 3]",
                        "reply 2 MAIN",
                        "reply 3 MAIN",
                        "judged 2 OK",
                        "judged 3 OK",
                        "finished 1");
    }

    @Test
    void run_unknownSetting_failsBeforeAnyMessage() {
        RunOutcome outcome = run(Map.of("safe-fedllm.level", "evidence-lvl"), trainer(0.1f), trainer(0.1f));

        assertThat(outcome.status()).isEqualTo(RunStatus.FAILED);
        assertThat(outcome.reason())
                .isEqualTo(
                        "SFL-201 unknown level 'evidence-lvl'; choose one of adapter, client, evidence, none, shadow, step");
        assertThat(events).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void run_tooFewNodes_failsWithTheNumber() {
        RunOutcome outcome = run(
                Map.of(
                        "safe-fedllm.level", "client",
                        "strategy.min-available-nodes", 3L,
                        "safe-fedllm.round.timeout-seconds", 2L),
                trainer(0.1f));

        assertThat(outcome.reason())
                .isEqualTo("SFL-401 only 1 of 3 nodes were online after 2 seconds; start more or set"
                        + " strategy.min-available-nodes");
    }

    @Test
    void run_missingParts_failsWithWhatToSet() {
        SafeFedLlmServerApp noAdapter =
                SafeFedLlmServerApp.builder().runDirectory(directory).build();
        SafeFedLlmServerApp noProbe = SafeFedLlmServerApp.builder()
                .runDirectory(directory)
                .initialAdapter(Adapters.peft(INITIAL))
                .build();

        assertThat(run(noAdapter, Map.of()).reason())
                .isEqualTo("SFL-201 there is no first adapter; set safe-fedllm.initial-adapter");
        assertThat(run(noProbe, Map.of()).reason())
                .isEqualTo("SFL-201 level 'adapter' needs a probe; set safe-fedllm.probe.path");
        assertThat(run(builder(directory).build(), Map.of("model.lora.peft-lora-r", 8L))
                        .reason())
                .isEqualTo("SFL-201 the first adapter has rank 2 but model.lora.peft-lora-r was 8; make them equal");
        assertThat(run(builder(directory).build(), Map.of("model.lora.peft-lora-alpha", 16L))
                        .reason())
                .isEqualTo("SFL-201 the first adapter has alpha 4.0 but model.lora.peft-lora-alpha was 16.0;"
                        + " make them equal");
    }

    @Test
    void run_initialAdapterSetting_winsOverTheProgram() throws IOException {
        LoraAdapter other = Adapters.shifted(INITIAL, 3f);
        PeftDirectory.write(directory.resolve("first"), Adapters.peft(other));

        run(
                Map.of(
                        "safe-fedllm.level",
                        "client",
                        "num-server-rounds",
                        1L,
                        "safe-fedllm.initial-adapter",
                        directory.resolve("first").toString()),
                directory.resolve("run"),
                trainer(0.5f),
                trainer(0.5f));

        assertThat(reports.get(0).adapter()).isEqualTo(Adapters.shifted(other, 0.5f));
    }

    @Test
    void run_stoppedInTheSecondRound_leavesCompleteFiles() throws IOException {
        RoundListener stopper = new RoundListener() {
            @Override
            public void replyArrived(ServerRound round, long nodeId, TaskKind task) {
                if (round.number() == 2) {
                    throw new RunStoppedException(RunStoppedException.Reason.STOPPED_BY_USER, "stopped");
                }
            }
        };

        RunOutcome outcome =
                run(builder(directory).listener(stopper).build(), Map.of("safe-fedllm.level", "client"), trainer(0.1f));

        assertThat(outcome.status()).isEqualTo(RunStatus.STOPPED);
        JournalReader journal = JournalReader.read(directory.resolve("journal.jsonl"));
        assertThat(journal.rounds()).hasSize(1);
        assertThat(PeftDirectory.read(directory.resolve("rounds/000001"))
                        .adapter()
                        .sha256())
                .isEqualTo(journal.rounds().get(0).adapterSha256());
        assertThat(files(directory.resolve("spool"))).isEmpty();
    }

    @Test
    void run_stateDirectory_givesEveryRunItsOwn() {
        SafeFedLlmServerApp app = SafeFedLlmServerApp.builder()
                .stateDirectory(directory)
                .initialAdapter(Adapters.peft(INITIAL))
                .defaults(Map.of("safe-fedllm.level", "none", "num-server-rounds", 1L))
                .build();

        EmbeddedFederation.builder()
                .runId(-1)
                .node(2, Map.of(), trainer(1))
                .node(3, Map.of(), trainer(1))
                .run(app);

        assertThat(directory.resolve("18446744073709551615/journal.jsonl")).exists();
    }

    private RunOutcome run(Map<String, Object> settings, ClientApp... clients) {
        return run(settings, directory, clients);
    }

    private RunOutcome run(Map<String, Object> settings, Path runDirectory, ClientApp... clients) {
        return run(builder(runDirectory).build(), settings, clients);
    }

    private static RunOutcome run(SafeFedLlmServerApp app, Map<String, Object> settings, ClientApp... clients) {
        Map<String, Object> runConfig = new LinkedHashMap<>(Map.of("num-server-rounds", 3L));
        runConfig.put("strategy.min-available-nodes", Math.max(1L, clients.length));
        runConfig.putAll(settings);
        EmbeddedFederation.Builder federation = EmbeddedFederation.builder().runConfig(runConfig);
        for (int i = 0; i < clients.length; i++) {
            federation.node(i + 2, Map.of(), clients[i]);
        }
        return federation.run(app);
    }

    private ServerAppBuilder builder(Path runDirectory) {
        return SafeFedLlmServerApp.builder()
                .runDirectory(runDirectory)
                .initialAdapter(Adapters.peft(INITIAL))
                .screening(SignScorer.screening())
                .listener(new Recorder())
                .pause(length -> {});
    }

    private final class Recorder implements RoundListener {
        @Override
        public void runStarted(StrategySettings settings) {
            events.add("started " + settings.level().key());
        }

        @Override
        public void roundStarted(ServerRound round, List<Long> nodes) {
            events.add("round " + round + " of " + nodes);
        }

        @Override
        public void replyArrived(ServerRound round, long nodeId, TaskKind task) {
            events.add("reply " + nodeId + " " + task);
        }

        @Override
        public void clientJudged(ServerRound round, ClientReport client) {
            events.add("judged " + client.nodeId() + " " + client.reason());
        }

        @Override
        public void roundFinished(RoundReport report) {
            events.add("finished " + report.round());
            reports.add(report);
        }
    }

    private static ClientApp trainer(float step) {
        return (message, context) -> Replies.honest(Adapters.shifted(received(message), step), 5);
    }

    private static LoraAdapter received(Message message) {
        DecodeResult result = new ReplyReader(Adapters.LAYOUT).read(message.content());
        ClaimedUpdate claim = Optional.of(result)
                .filter(DecodeResult.Claimed.class::isInstance)
                .map(DecodeResult.Claimed.class::cast)
                .orElseThrow()
                .claim();
        return LoraAdapter.wrap(Adapters.LAYOUT, claim.toArray());
    }

    private static ConfigRecord config(Message message) {
        return message.content().configRecords().values().iterator().next();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
