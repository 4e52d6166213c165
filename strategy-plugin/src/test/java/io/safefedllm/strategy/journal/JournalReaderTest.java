package io.safefedllm.strategy.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalReaderTest {
    private final Path file;

    JournalReaderTest(@TempDir Path directory) {
        this.file = directory.resolve("run/journal.jsonl");
    }

    @Test
    void read_writtenLines_areChained() throws IOException {
        write();

        JournalReader journal = JournalReader.read(file);

        assertThat(journal.lines()).extracting(JournalReader.Line::type).containsExactly("run", "client", "round");
        assertThat(journal.lines()).extracting(JournalReader.Line::seq).containsExactly(1L, 2L, 3L);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0))
                .isEqualTo("{\"type\":\"run\",\"seq\":1,\"prev\":\"" + "0".repeat(64) + "\",\"version\":\"1\"}");
        assertThat(lines.get(1))
                .contains("\"prev\":\"" + JournalFile.sha256(lines.get(0).getBytes(StandardCharsets.UTF_8)) + "\"");
        assertThat(journal.head()).isEqualTo(JournalFile.sha256(lines.get(2).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void read_changedLine_isRefused() throws IOException {
        write();
        edit(lines -> lines.set(1, lines.get(1).replace("0.25", "0.75")));

        refused("line 3 does not follow the line before; one of them was changed after it was written");
    }

    @Test
    void read_removedLine_isRefused() throws IOException {
        write();
        edit(lines -> lines.remove(1));

        refused("line 2 says it is line 3");
    }

    @Test
    void read_swappedLines_areRefused() throws IOException {
        write();
        edit(lines -> lines.add(1, lines.remove(2)));

        refused("line 2 says it is line 3");
    }

    @Test
    void read_halfALine_isRefused() throws IOException {
        write();
        Files.writeString(file, Files.readString(file).stripTrailing());

        refused("the last line is not complete");
    }

    @Test
    void read_noJson_isRefused() throws IOException {
        write();
        edit(lines -> lines.set(0, "x"));

        refused("line 1 is not JSON");
    }

    @Test
    void read_byteThatIsNoUtf8_isRefusedWithItsLine() throws IOException {
        write();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] = (byte) 0xff;
        Files.write(file, bytes);

        refused("line 3 is not UTF-8 text; it was changed after it was written");
    }

    @Test
    void read_cutAtTheEnd_isWholeButHasAnotherHead() throws IOException {
        write();
        String head = JournalReader.read(file).head();
        edit(lines -> lines.remove(2));

        JournalReader cut = JournalReader.read(file);

        assertThat(cut.head()).isNotEqualTo(head);
        assertThat(cut.rounds()).isEmpty();
    }

    private void write() throws IOException {
        try (JournalFile journal = JournalFile.resume(file, JournalMark.START)) {
            journal.append("run", List.of(Map.of("version", "1")));
            journal.append("client", List.of(Map.of("weight", 0.25)));
            journal.append("round", List.of(Map.of("round", 1)));
        }
    }

    private interface Edit {
        void apply(List<String> lines);
    }

    private void edit(Edit edit) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        edit.apply(lines);
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private void refused(String reason) {
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> JournalReader.read(file))
                .withMessage(file + ": " + reason);
    }
}
