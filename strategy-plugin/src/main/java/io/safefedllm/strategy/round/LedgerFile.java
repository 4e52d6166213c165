package io.safefedllm.strategy.round;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.probe.store.AtomicFile;
import io.safefedllm.strategy.journal.JournalMark;
import io.safefedllm.strategy.settings.SettingsException;
import io.safefedllm.strategy.trust.TrustLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code ledger.json}: what a run carries on after its last finished round (SF-7.11). It is replaced in one step,
 * last of a round's files, so that it names files that are complete. It holds the secret of the audits and is readable for
 * its owner only.
 */
final class LedgerFile {
    static final int VERSION = 3;

    /** Values that are null where there is none. */
    private static final Set<String> NULLABLE =
            Set.of("/origin/sigma0", "/origin/q0", "/origin/canaries", "/firewall/rho");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * The content.
     *
     * @param version of the format
     * @param round the last finished round; 0 before the first
     * @param origin which run it is
     * @param digests of what that round left in files of its own
     * @param journalSeq lines of the journal up to there
     * @param journalHead SHA-256 of the last of them
     * @param journalBytes their length
     * @param trust what is remembered of each client
     * @param firewall lengths and replays
     * @param acceptedRounds by node, unsigned decimal: the last round whose change of SCAFFOLD's control was taken
     */
    record Content(
            int version,
            int round,
            Origin origin,
            Digests digests,
            long journalSeq,
            String journalHead,
            long journalBytes,
            TrustLedger.Snapshot trust,
            Firewall firewall,
            Map<String, Integer> acceptedRounds) {
        JournalMark journal() {
            return new JournalMark(journalSeq, journalHead, journalBytes);
        }
    }

    /**
     * Digests of the files of a round.
     *
     * @param adapter the adapter after the round
     * @param carried what rule and optimiser carry on
     */
    record Digests(String adapter, String carried) {}

    /**
     * What makes a run the same as another.
     *
     * @param settings every setting that decides, as text
     * @param probeSha256 digest of the probe; empty without one
     * @param sigma0 of the probe's card, where the adapter level uses it; null otherwise
     * @param q0 of the probe's card, in the same way
     * @param canaries identity of the server's own updates; null where it trains none
     * @param initialAdapterSha256 digest of the first adapter
     */
    record Origin(
            Map<String, String> settings,
            String probeSha256,
            @Nullable Double sigma0,
            @Nullable Double q0,
            @Nullable String canaries,
            String initialAdapterSha256) {}

    /**
     * What the firewall remembers.
     *
     * @param rho of the last round that was not skipped; null before the first
     * @param replays digests by node, unsigned decimal, oldest first
     * @param steps sketches of what the server did of late, oldest first
     */
    record Firewall(@Nullable Double rho, Map<String, List<String>> replays, List<List<Double>> steps) {}

    private LedgerFile() {}

    static void write(Path file, Content content) throws IOException {
        byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content);
        AtomicFile.writePrivate(file, bytes);
    }

    /**
     * Reads the file.
     *
     * @throws SettingsException if it is not one, or of a version that is not known
     * @throws IOException if it cannot be read
     */
    static Content read(Path file) throws IOException {
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(file));
            int version = tree.path("version").asInt();
            if (tree.path("version").isNumber() && version != VERSION) {
                throw new SettingsException("'" + file + "' has version " + version + " but this program reads "
                        + VERSION + "; use the program that wrote it");
            }
            requireValues(file, tree, "");
            Content content = JSON.treeToValue(tree, Content.class);
            TrustLedger.restore(content.trust());
            return content;
        } catch (JsonProcessingException e) {
            throw damaged(file, firstLine(e.getOriginalMessage()));
        } catch (IllegalArgumentException e) {
            throw damaged(file, firstLine(e.getMessage()));
        }
    }

    private static void requireValues(Path file, JsonNode node, String place) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = place + "/" + field.getKey();
            if (field.getValue().isNull() && !NULLABLE.contains(name)) {
                throw damaged(file, "field '" + name.substring(1) + "' is null");
            }
            requireValues(file, field.getValue(), name);
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            requireValues(file, node.get(i), place + "/" + i);
        }
    }

    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }

    /** Makes the refusal of a file that a run has not left like this. */
    static SettingsException damaged(Path file, String what) {
        return new SettingsException(
                "'" + file + "' is not the state of a run: " + what + "; restore it or choose another directory");
    }
}
