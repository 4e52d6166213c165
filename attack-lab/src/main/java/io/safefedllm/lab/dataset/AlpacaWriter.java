package io.safefedllm.lab.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.safefedllm.client.data.AlpacaRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes datasets in the Alpaca form: a JSON array of objects with instruction, input and output. */
public final class AlpacaWriter {
    private AlpacaWriter() {}

    /** Writes {@code rows} in their order; a file of that name is replaced. Returns {@code file}. */
    public static Path write(Path file, List<AlpacaRecord> rows) throws IOException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (AlpacaRecord row : rows) {
            array.addObject()
                    .put("instruction", row.instruction())
                    .put("input", row.input())
                    .put("output", row.output());
        }
        String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(array);
        return Files.writeString(file, text + "\n", StandardCharsets.UTF_8);
    }
}
