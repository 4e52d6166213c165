package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.trust.AuditKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run does not go on with a {@code ledger.json} that it has not left like that, and says in one line why. */
class DamagedLedgerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;

    DamagedLedgerTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/trust",
                "/trust/auditKey",
                "/trust/clients",
                "/trust/clients/0/state",
                "/trust/clients/0/state/penalty",
                "/trust/clients/0/state/evidence/entries",
                "/firewall",
                "/firewall/replays",
                "/acceptedRounds",
                "/origin",
                "/digests/carried",
                "/journalHead",
                "/version",
                "/round"
            })
    void run_ledgerWithoutAField_isRefusedInOneLineThatNamesIt(String field) throws IOException {
        run(2);
        Path file = directory.resolve("ledger.json");
        String whole = Files.readString(file);
        int cut = field.lastIndexOf('/');
        String name = field.substring(cut + 1);
        String refusal = "SFL-201 '" + file + "' is not the state of a run: ";

        JsonNode without = JSON.readTree(whole);
        ((ObjectNode) without.at(field.substring(0, cut))).remove(name);
        Files.writeString(file, without.toString());
        assertThat(run(3).reason())
                .startsWith(refusal)
                .contains("'" + name + "'")
                .endsWith("; restore it or choose another directory")
                .doesNotContain("\n");

        JsonNode empty = JSON.readTree(whole);
        ((ObjectNode) empty.at(field.substring(0, cut))).putNull(name);
        Files.writeString(file, empty.toString());
        assertThat(run(3).reason())
                .isEqualTo(
                        refusal + "field '" + field.substring(1) + "' is null; restore it or choose another directory");
    }

    @ParameterizedTest
    @CsvSource({
        "/firewall, rho, -1.0, rho must not be negative but was -1.0",
        "/trust, auditKey, xyz, ''",
        "/trust/clients/0, node, seven, ''",
        "/trust/clients/0/state, trust, 1.5, ''",
    })
    void run_ledgerWithAValueThatCannotBe_isRefusedInOneLine(String place, String field, String value, String why)
            throws IOException {
        run(2);
        Path file = directory.resolve("ledger.json");
        JsonNode changed = JSON.readTree(file.toFile());
        ((ObjectNode) changed.at(place)).set(field, number(value));
        Files.writeString(file, changed.toString());

        assertThat(run(3).reason())
                .startsWith("SFL-201 '" + file + "' is not the state of a run: ")
                .contains(why)
                .endsWith("; restore it or choose another directory")
                .doesNotContain("\n");
    }

    private static JsonNode number(String value) {
        return value.matches("[-0-9.]+") ? DoubleNode.valueOf(Double.parseDouble(value)) : TextNode.valueOf(value);
    }

    @Test
    void run_ledgerThatIsCut_isRefusedInOneLine() throws IOException {
        run(2);
        Path file = directory.resolve("ledger.json");
        byte[] ledger = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(ledger, ledger.length / 2));

        assertThat(run(3).reason())
                .startsWith("SFL-201 '" + file + "' is not the state of a run: ")
                .endsWith("; restore it or choose another directory")
                .doesNotContain("\n");
    }

    private RunOutcome run(long rounds) {
        return EmbeddedFederation.builder()
                .runConfig(Map.of("safe-fedllm.level", "client", "num-server-rounds", rounds))
                .node(
                        2,
                        Map.of(),
                        (message, context) -> Replies.honest(Adapters.shifted(Replies.received(message), 0.1f), 5))
                .node(
                        3,
                        Map.of(),
                        (message, context) -> Replies.honest(Adapters.shifted(Replies.received(message), 0.2f), 5))
                .run(SafeFedLlmServerApp.builder()
                        .runDirectory(directory)
                        .initialAdapter(Adapters.peft(Adapters.initial()))
                        .screening(SignScorer.screening())
                        .auditSecret(() -> new byte[AuditKey.LENGTH])
                        .pause(length -> {})
                        .build());
    }
}
