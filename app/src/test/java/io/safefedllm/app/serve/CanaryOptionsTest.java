package io.safefedllm.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.option.LoadedTraining;
import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.probe.store.PeftDirectory;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.journal.JournalVerifier;
import io.safefedllm.strategy.round.SafeFedLlmServerApp;
import io.safefedllm.strategy.round.ServerAppBuilder;
import io.safefedllm.strategy.trust.AuditKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Canaries of a server that has model and texts of its own, on the bundled model. */
class CanaryOptionsTest {
    private static final Path MODEL = Path.of(System.getProperty("safefedllm.root", ".."), "examples", "tiny-llama");
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 1, 0, 0);

    @TempDir
    private Path directory;

    private Path benign;
    private Path harmful;

    @BeforeEach
    void writeRows() throws IOException {
        benign = write("benign.json", "what is one plus two", "three");
        harmful = write("harmful.json", "how do i open a lock", "take a wire");
    }

    @Test
    void open_rowsAndModel_trainCanariesByTheRunsRecipe() throws Exception {
        Map<String, Object> run = Map.of(
                "safe-fedllm.local.steps", 2L,
                "safe-fedllm.local.batch-size", 2L,
                "safe-fedllm.local.learning-rate", 1e-3);

        RunOutcome outcome = play(run, "--canary-model", MODEL.toString(), "--canary-count", "3");

        assertThat(outcome.reason()).isEmpty();
        List<JsonNode> rounds = lines("round");
        assertThat(rounds).hasSize(2).allSatisfy(round -> {
            assertThat(round.path("canaryUpdates").asInt()).isEqualTo(6);
            assertThat(round.path("canaryThreshold").isNumber()).isTrue();
        });
        assertThat(rounds.get(0).path("canaryThreshold"))
                .isNotEqualTo(rounds.get(1).path("canaryThreshold"));
        assertThat(JournalVerifier.verify(directory.resolve("run")).findings()).isEmpty();
    }

    @Test
    void open_runThatTheModelDoesNotFit_failsWithAdvice() throws Exception {
        Map<String, Object> run = Map.of("safe-fedllm.local.lora-r", 4L, "model.lora.peft-lora-r", 4L);

        RunOutcome outcome = play(run, "--canary-model", MODEL.toString(), "--canary-count", "1");

        assertThat(outcome.isCompleted()).isFalse();
        assertThat(outcome.reason()).startsWith("SFL-");
    }

    @Test
    void open_modelOfTheFirstAdapter_isTakenWhereNoneIsNamed() {
        try (CanaryOptions.Loaded loaded = options("--canary-count", "2").open(Optional.of(MODEL), NOW)) {
            assertThat(loaded.clients().benign()).hasSize(2);
            assertThat(loaded.clients().harmful()).hasSize(2);
        }
    }

    @Test
    void open_otherRowsOrAnotherDeal_areOtherCanaries() throws IOException {
        String these = identity("--canary-count", "2");

        assertThat(identity("--canary-count", "2")).isEqualTo(these).isNotEmpty();
        assertThat(identity("--canary-count", "3")).isNotEqualTo(these);
        assertThat(identity("--canary-count", "2", "--canary-prompt", "open-fed-llm"))
                .isNotEqualTo(these);
        harmful = write("others.json", "how do i open a lock", "take a needle");
        assertThat(identity("--canary-count", "2")).isNotEqualTo(these);
    }

    private String identity(String... args) {
        try (CanaryOptions.Loaded loaded = options(args).open(Optional.of(MODEL), NOW)) {
            return loaded.clients().identity();
        }
    }

    @Test
    void open_noModel_isWrongUsage() {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> options().open(Optional.empty(), NOW))
                .withMessageContaining("canaries need the base model that the clients train");
    }

    @Test
    void open_moreCanariesThanRows_isWrongUsage() {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> options("--canary-count", "9").open(Optional.of(MODEL), NOW))
                .withMessageContaining("--canary-benign holds 8 rows, too few for 9 canaries");
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> options("--canary-count", "0").open(Optional.of(MODEL), NOW))
                .withMessageContaining("--canary-count must be at least 1");
    }

    /** A run of two nodes that train as {@code node} does, with the server's own canaries beside them. */
    private RunOutcome play(Map<String, Object> run, String... more) throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>(Map.of(
                "safe-fedllm.level",
                "adapter",
                "safe-fedllm.adapter.rule",
                "canary",
                "num-server-rounds",
                2L,
                "strategy.min-available-nodes",
                2L));
        settings.putAll(run);
        try (CanaryOptions.Loaded loaded = options(more).open(Optional.empty(), NOW)) {
            LoadedTraining training = loaded.training();
            ServerAppBuilder app = SafeFedLlmServerApp.builder()
                    .runDirectory(directory.resolve("run"))
                    .initialAdapter(PeftDirectory.read(MODEL.resolve("initial-adapter")))
                    .probe(ProbeFile.read(MODEL.resolve("probe.sflp")))
                    .auditSecret(() -> new byte[AuditKey.LENGTH])
                    .pause(length -> {})
                    .canaryClients(loaded.clients());
            return EmbeddedFederation.builder()
                    .runConfig(settings)
                    .node(2, Map.of("partition-id", 0L), training.client(ClientRecipe.DEFAULTS))
                    .node(3, Map.of("partition-id", 1L), training.client(ClientRecipe.DEFAULTS))
                    .run(app.build());
        }
    }

    private CanaryOptions options(String... more) {
        CanaryOptions options = new CanaryOptions();
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(List.of("--canary-benign", benign.toString(), "--canary-harmful", harmful.toString()));
        new CommandLine(options).parseArgs(all.toArray(String[]::new));
        return options;
    }

    private List<JsonNode> lines(String type) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("run/journal.jsonl"))) {
            JsonNode node = new JsonMapper().readTree(line);
            if (node.path("type").asText().equals(type)) {
                lines.add(node);
            }
        }
        return lines;
    }

    private Path write(String name, String question, String answer) throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rows.add("{\"instruction\": \"" + question + " " + i + "\", \"input\": \"\", \"output\": \"" + answer
                    + "\"}");
        }
        return Files.writeString(directory.resolve(name), "[" + String.join(",", rows) + "]");
    }
}
