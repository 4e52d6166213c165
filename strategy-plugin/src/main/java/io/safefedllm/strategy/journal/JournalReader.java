package io.safefedllm.strategy.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads journals and checks that they are whole: every line follows the one before by number and by hash.
 *
 * <p>Cut off at the end, a journal is still whole; the last line says how far it goes. Its hash is {@link #head()}: who
 * keeps it elsewhere can tell a cut, too.
 */
public final class JournalReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Line> lines;
    private final List<String> hashes;

    /**
     * One line.
     *
     * @param type run, client or round
     * @param seq from 1
     * @param content all fields of the line
     */
    public record Line(String type, long seq, JsonNode content) {}

    /**
     * What a client line says that an aggregation needs.
     *
     * @param nodeId unsigned
     * @param code the gate's code
     * @param cappedExamples samples that count
     * @param weight the weight
     * @param updateSha256 digest of the submitted update, empty where it was not admitted
     */
    public record ClientEntry(long nodeId, String code, long cappedExamples, double weight, String updateSha256) {
        /** Returns e = n w. */
        public double effectiveSamples() {
            return cappedExamples * weight;
        }
    }

    /**
     * A finished round.
     *
     * @param round from 1
     * @param skipped whether the adapter stayed as it was
     * @param reason why it was skipped, empty otherwise
     * @param meanWeight mean weight of the clients that count
     * @param adapterSha256 digest of the adapter after the round
     * @param clients ascending unsigned node id
     */
    public record RoundEntry(
            int round,
            boolean skipped,
            String reason,
            double meanWeight,
            String adapterSha256,
            List<ClientEntry> clients) {}

    private JournalReader(List<Line> lines, List<String> hashes) {
        this.lines = List.copyOf(lines);
        this.hashes = List.copyOf(hashes);
    }

    /**
     * Reads a journal.
     *
     * @throws JournalException if it is empty, or a line is malformed or does not follow the one before
     * @throws IOException if it cannot be read
     */
    public static JournalReader read(Path journal) throws IOException {
        String text = text(journal);
        if (!text.endsWith("\n")) {
            throw new JournalException(journal + ": the last line is not complete");
        }
        List<Line> lines = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        String prev = JournalFile.NO_LINE;
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            lines.add(line(journal, line, lines.size() + 1L, prev));
            prev = JournalFile.sha256(line.getBytes(StandardCharsets.UTF_8));
            hashes.add(prev);
        }
        return new JournalReader(lines, hashes);
    }

    private static String text(Path journal) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(journal));
        CharBuffer text = CharBuffer.allocate(bytes.capacity());
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
        if (result.isError()) {
            long line = 1 + text.flip().chars().filter(letter -> letter == '\n').count();
            throw new JournalException(
                    journal + ": line " + line + " is not UTF-8 text; it was changed after it was written");
        }
        return text.flip().toString();
    }

    private static Line line(Path journal, String text, long seq, String prev) throws JournalException {
        JsonNode content;
        try {
            content = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new JournalException(journal + ": line " + seq + " is not JSON", e);
        }
        if (content.path("seq").asLong() != seq || !content.path("type").isTextual()) {
            throw new JournalException(journal + ": line " + seq + " says it is line "
                    + content.path("seq").asText("of no number"));
        }
        if (!content.toString().equals(text)) {
            throw new JournalException(journal + ": line " + seq + " is not written as a journal writes it");
        }
        if (!content.path("prev").asText().equals(prev)) {
            throw new JournalException(journal + ": line " + seq
                    + " does not follow the line before; one of them was changed after it was written");
        }
        return new Line(content.path("type").asText(), seq, content);
    }

    /** Returns all lines in order. */
    public List<Line> lines() {
        return lines;
    }

    /** Returns the SHA-256 of the last line. */
    public String head() {
        return hashes.get(hashes.size() - 1);
    }

    /**
     * Returns the SHA-256 of a line.
     *
     * @param seq from 1 to the number of lines; 0 for the 64 zeros before the first
     */
    public String hash(long seq) {
        return seq == 0 ? JournalFile.NO_LINE : hashes.get(Math.toIntExact(seq - 1));
    }

    /** Returns the rounds that have their closing line, in order. */
    public List<RoundEntry> rounds() {
        List<RoundEntry> rounds = new ArrayList<>();
        List<ClientEntry> clients = new ArrayList<>();
        for (Line line : lines) {
            if (line.type().equals("client")) {
                clients.add(client(line.content()));
            } else if (line.type().equals("round")) {
                rounds.add(round(line.content(), clients));
                clients = new ArrayList<>();
            }
        }
        return List.copyOf(rounds);
    }

    private static ClientEntry client(JsonNode line) {
        return new ClientEntry(
                Long.parseUnsignedLong(line.path("node").asText("0")),
                line.path("code").asText(),
                line.path("capped").asLong(),
                line.path("weight").asDouble(),
                line.path("updateSha256").asText(""));
    }

    private static RoundEntry round(JsonNode line, List<ClientEntry> clients) {
        return new RoundEntry(
                line.path("round").asInt(),
                line.path("skipped").asBoolean(),
                line.path("reason").isNull() ? "" : line.path("reason").asText(),
                line.path("meanWeight").asDouble(),
                line.path("adapterSha256").asText(),
                List.copyOf(clients));
    }
}
