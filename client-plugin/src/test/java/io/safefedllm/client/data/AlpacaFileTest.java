package io.safefedllm.client.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlpacaFileTest {
    private static final String GOOD = "{\"instruction\":\"a\",\"input\":\"\",\"output\":\"b\"}";

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("data.json"), text);
    }

    @Test
    void read_array_givesRecordsInOrder() throws IOException {
        Path file = file("\n [" + GOOD + ",{\"instruction\":\"c\",\"output\":\" d\\n\",\"extra\":1}]");

        assertThat(AlpacaFile.read(file))
                .containsExactly(new AlpacaRecord("a", "", "b"), new AlpacaRecord("c", "", " d\n"));
    }

    @Test
    void read_linesOfObjects_skipsBlankLines() throws IOException {
        Path file = file(GOOD + "\r\n\n" + GOOD.replace("\"\"", "\" \"") + "\n");

        assertThat(AlpacaFile.read(file))
                .containsExactly(new AlpacaRecord("a", "", "b"), new AlpacaRecord("a", " ", "b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[GOOD,{\"instruction\":\"x\"}]|record 2: key 'output' is missing",
                "[GOOD,{\"instruction\":1,\"output\":\"y\"}]|record 2: 'instruction' must be a string but is NUMBER",
                "[GOOD,[]]|record 2: expected an object but found ARRAY",
                "[GOOD,|not valid JSON",
                "[GOOD] GOOD|not valid JSON",
                "GOOD@{\"instruction\":\"x\"|line 2: not valid JSON",
                "GOOD@@{\"output\":\"x\"}|line 3: key 'instruction' is missing",
                "GOOD@{\"instruction\":\"x\",\"input\":{},\"output\":\"\"}|line 2: 'input' must be a string but is OBJECT",
                "{\"instruction\":\"x\",\"instruction\":\"y\",\"output\":\"\"}|line 1: not valid JSON",
                "[]|no records",
                "~ ~|no records"
            })
    void read_malformedText_namesFileAndPlace(String text, String message) throws IOException {
        Path file = file(text.replace("GOOD", GOOD).replace("@", "\n"));

        assertThatThrownBy(() -> AlpacaFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void read_missingFileOrBrokenUtf8_isADataException() throws IOException {
        Path broken = Files.write(directory.resolve("latin1"), new byte[] {'[', (byte) 0xe9, ']'});

        assertThatThrownBy(() -> AlpacaFile.read(broken))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("latin1");
        assertThatThrownBy(() -> AlpacaFile.read(directory.resolve("absent")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("absent");
    }
}
