package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an executor left of a run: its journal and an adapter a round. Read here without the code that wrote the journal.
 */
final class RunFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final List<String> lines;

    private RunFiles(Path directory, List<String> lines) {
        this.directory = directory;
        this.lines = lines;
    }

    static RunFiles read(Path state, String runId) {
        Path directory = state.resolve(runId);
        try {
            return new RunFiles(directory, Files.readAllLines(directory.resolve("journal.jsonl")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every line of the journal, after checking that each names the one before by number and hash. */
    List<JsonNode> journal() {
        String previous = "0".repeat(64);
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = json(lines.get(i));
            assertThat(line.path("seq").asInt()).isEqualTo(i + 1);
            assertThat(line.path("prev").asText()).isEqualTo(previous);
            previous = sha256(lines.get(i));
        }
        return lines.stream().map(RunFiles::json).toList();
    }

    List<JsonNode> clients(int round) {
        return journal().stream()
                .filter(line -> "client".equals(line.path("type").asText()))
                .filter(line -> line.path("round").asInt() == round)
                .toList();
    }

    /** The weights of a round, in the order of the journal. */
    List<Double> weights(int round) {
        return clients(round).stream()
                .map(line -> line.path("weight").asDouble())
                .toList();
    }

    List<JsonNode> rounds() {
        return journal().stream()
                .filter(line -> "round".equals(line.path("type").asText()))
                .toList();
    }

    LoraAdapter adapterAfter(int round) {
        return adapter(directory.resolve("rounds").resolve(String.format(Locale.ROOT, "%06d", round)));
    }

    static LoraAdapter adapter(Path peftDirectory) {
        try {
            return PeftDirectory.read(peftDirectory).adapter();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The weights of a round by participant, told apart by the digests of their updates: every participant must have
     * exactly one line, and every line must belong to one.
     *
     * @param replies what each participant must have answered
     */
    Map<String, Double> weights(int round, LoraAdapter broadcast, Map<String, LoraAdapter> replies) {
        Map<String, String> nameByDigest = new HashMap<>();
        replies.forEach((name, reply) ->
                nameByDigest.put(LoraUpdate.between(broadcast, reply).sha256(), name));
        Map<String, Double> weights = new HashMap<>();
        for (JsonNode line : clients(round)) {
            String digest = line.path("updateSha256").asText();
            assertThat(nameByDigest).as("the update in %s", line).containsKey(digest);
            weights.put(
                    nameByDigest.getOrDefault(digest, digest),
                    line.path("weight").asDouble());
        }
        assertThat(weights).containsOnlyKeys(replies.keySet());
        return weights;
    }

    /** The adapter that follows from the journal's weights, clips and sample counts, and from the replies (SF-5.1, SF-7.7). */
    float[] recompute(int round, LoraAdapter broadcast, Map<String, LoraAdapter> replies) {
        double[] sum = new double[broadcast.layout().size()];
        double total = 0;
        for (JsonNode line : clients(round)) {
            double effective =
                    line.path("weight").asDouble() * line.path("capped").asDouble();
            double clip = line.path("clip").asDouble();
            LoraAdapter reply = replies.values().stream()
                    .filter(candidate -> LoraUpdate.between(broadcast, candidate)
                            .sha256()
                            .equals(line.path("updateSha256").asText()))
                    .findFirst()
                    .orElseThrow()
                    .arrangedAs(broadcast.layout());
            total += effective;
            for (int i = 0; effective > 0 && i < sum.length; i++) {
                double from = broadcast.at(i);
                sum[i] += effective * (from + clip * (reply.at(i) - from));
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            mean[i] = (float) (sum[i] / total);
        }
        return mean;
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not a line of JSON: " + line, e);
        }
    }

    private static String sha256(String line) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
