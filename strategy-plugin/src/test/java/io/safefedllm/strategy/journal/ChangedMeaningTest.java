package io.safefedllm.strategy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that leave every line and file well formed, and mean something else, are found beside the journal and in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangedMeaningTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Path directory;
    private Path run;

    @BeforeAll
    void playOneRun(@TempDir Path temporary) {
        directory = temporary;
        run = directory.resolve("run");
        JournalRuns.play(run, "client", "hardened", Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "/trust/clients/0/state, trust, 0.25, does not remember of node 2",
        "/trust/clients/7/state/penalty, remaining, 0, does not remember of node 9",
        "/trust/clients/7/state/penalty, level, 7, does not remember of node 9",
        "/trust/clients/1/state, meanCount, 99, does not remember of node 3",
        "/trust/clients/4, node, 77, does not remember of node 6",
        "/firewall, rho, 1000.5, field 'firewall/rho'",
        "/, round, 3, field 'round'",
    })
    void verify_valueOfTheLedgerChanged_isNamed(String place, String field, String value, String named)
            throws IOException {
        Path copy = copyOf("ledger" + place.replace('/', '-') + field);
        change(copy.resolve("ledger.json"), place.equals("/") ? "" : place, field, JSON.readTree(value));

        assertThat(findings(copy)).anySatisfy(finding -> assertThat(finding).startsWith("ledger.json: " + named));
    }

    @Test
    void verify_memoryOfTheLedgerEmptied_isNamed() throws IOException {
        Path copy = copyOf("emptied");
        Path file = copy.resolve("ledger.json");
        ObjectNode ledger = (ObjectNode) JSON.readTree(file.toFile());
        ((ArrayNode) ledger.at("/trust/clients")).remove(7);
        ((ArrayNode) ledger.at("/firewall/replays/2")).removeAll();
        Files.writeString(file, ledger.toString());

        assertThat(findings(copy))
                .containsExactlyInAnyOrder(
                        "ledger.json: does not remember of node 9 what the journal leads to",
                        "ledger.json: field 'firewall/replays' is not what the journal leads to");
    }

    @Test
    void verify_scaleOfOneRoundChanged_isNamed() throws IOException {
        Path copy = copyOf("scale");
        Path config = copy.resolve("rounds/000005/adapter_config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replaceAll("(\"lora_alpha\" *: *)[0-9.]+", "$1512.0"));
        assertThat(Files.readString(config)).isNotEqualTo(text);

        assertThat(findings(copy))
                .containsExactly(
                        "rounds/000005/adapter_config.json: is not what the first round of the run was kept with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"adapter_model.safetensors", "adapter_config.json", "server_state.safetensors"})
    void verify_fileOfARoundDeleted_isNamed(String file) throws IOException {
        Path copy = copyOf("without-" + file);
        Files.delete(copy.resolve("rounds/000012").resolve(file));

        assertThat(findings(copy)).containsExactly("rounds/000012/" + file + ": is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "run, mode, \"paper-faithful\"",
        "run, level, \"none\"",
        "run, rule, \"krum\"",
        "round, degraded, true",
        "client, source, \"report-card\"",
        "client, source, \"dispatch\"",
        "client, source, null",
        "client, shadowAsked, true",
        "client, detail, \"nothing to see\"",
    })
    void verify_meaningChangedAndTheChainMadeAnew_isNamed(String type, String field, String value) throws IOException {
        Path copy = copyOf(type + "-" + field + "-" + value.hashCode());
        Files.delete(copy.resolve("ledger.json"));
        List<ObjectNode> lines = lines(copy);
        ObjectNode last = lines.stream()
                .filter(line -> line.path("type").asText().equals(type))
                .filter(line ->
                        !type.equals("client") || line.path("code").asText().equals("OK"))
                .reduce((first, second) -> second)
                .orElseThrow();
        last.set(field, JSON.readTree(value));
        chain(copy, lines);

        assertThat(JournalVerifier.verify(copy).findings())
                .extracting(Finding::field)
                .contains(field);
    }

    private static List<String> findings(Path copy) throws IOException {
        return JournalVerifier.verify(copy).findings().stream()
                .map(Finding::toString)
                .toList();
    }

    private static void change(Path file, String place, String field, JsonNode value) throws IOException {
        JsonNode tree = JSON.readTree(file.toFile());
        JsonNode old = tree.at(place).path(field);
        ((ObjectNode) tree.at(place)).set(field, old.isTextual() ? JSON.valueToTree(value.asText()) : value);
        assertThat(tree.at(place).path(field)).isNotEqualTo(old);
        Files.writeString(file, tree.toString());
    }

    private static List<ObjectNode> lines(Path home) throws IOException {
        List<ObjectNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(home.resolve("journal.jsonl"))) {
            lines.add((ObjectNode) JSON.readTree(line));
        }
        return lines;
    }

    private static void chain(Path home, List<ObjectNode> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        String prev = JournalFile.NO_LINE;
        for (ObjectNode line : lines) {
            line.put("prev", prev);
            text.append(line).append('\n');
            prev = JournalFile.sha256(line.toString().getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(home.resolve("journal.jsonl"), text);
    }

    private Path copyOf(String name) throws IOException {
        Path copy = directory.resolve("copies").resolve(name);
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(run.relativize(file).toString());
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
