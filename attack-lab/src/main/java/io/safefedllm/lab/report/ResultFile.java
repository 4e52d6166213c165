package io.safefedllm.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.safefedllm.probe.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The file {@code result.json}. */
public final class ResultFile {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ResultFile() {}

    /** Writes {@code result} to {@code file}; another program never sees half of it. */
    public static void write(Path file, SimulationResult result) {
        try {
            AtomicFile.write(file, (MAPPER.writeValueAsString(result) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws UncheckedIOException if the file cannot be read or does not hold a result
     */
    public static SimulationResult read(Path file) {
        try {
            JsonNode tree = MAPPER.readTree(file.toFile());
            return MAPPER.treeToValue(tree, SimulationResult.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " as the result of a simulation", e);
        }
    }
}
